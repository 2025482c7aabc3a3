// Data-parallel loops over a fixed number of threads.
#pragma once

#include <cstddef>
#include <functional>

namespace mote::base {

/// Threads that this process may use: MOTE_THREADS, else the cores it is allowed to run on.
std::size_t thread_count();

/// Calls body(i) for each i in [0, n), on up to thread_count() threads, in no particular order. The first exception thrown by a body
/// stops the handing out of further indices and is thrown again here.
void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body);

}  // namespace mote::base
