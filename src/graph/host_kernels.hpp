// Kernels of runtime/ for the machine that mote itself runs on, called with parameters that are known only then.
#pragma once

#include <cstdint>
#include <string_view>

namespace mote::graph {

/// `parameters` are the members of the kernel's aggregate, `table` is the only one.
using HostKernel = void (*)(const std::int32_t* parameters, const std::int8_t* in, const std::int8_t* table, std::int8_t* out,
                            void* scratch);

/// Of the kernel that generated code calls `function`, compiled for wide vectors; null where there is none.
HostKernel vector_kernel(std::string_view function);

}  // namespace mote::graph
