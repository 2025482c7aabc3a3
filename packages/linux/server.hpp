// A Unix socket on which several clients at once speak the protocol.
#pragma once

#include <string>

namespace runner {

/// Listens on `path` until SIGINT, SIGTERM or SIGHUP, then removes the socket and what was shared. Returns the exit code.
int serve(const std::string& path);

}  // namespace runner
