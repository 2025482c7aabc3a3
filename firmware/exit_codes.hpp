// How the firmware ends. Shared by the firmware and by what reads its exit code on the host.
#pragma once

namespace exit_codes {

constexpr int ok = 0;
constexpr int fault = 70;      ///< an exception of the core; registers were printed
constexpr int arguments = 71;  ///< the command line is not the numbers that are wanted
constexpr int no_input = 72;   ///< the file of windows cannot be opened or ends too early
constexpr int no_output = 73;  ///< a result cannot be written
constexpr int model = 74;      ///< the model answered with a status other than ok

}  // namespace exit_codes
