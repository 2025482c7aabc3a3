// Ctrl-C and its kin end the runner in order: sockets and shared memory are removed, the last figures printed.
#pragma once

namespace runner {

/// From here on SIGINT, SIGTERM and SIGHUP only set a mark; a second SIGINT ends the program at once.
void stop_on_signals();
bool is_stopped();

}  // namespace runner
