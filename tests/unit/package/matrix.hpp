// Formats x models x compilers: packages written, compiled with warnings as errors, and where there is an emulator their self-test run.
#pragma once

#include "package/format.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mote::package::testing {

enum class Runner : unsigned char { none, here, aarch64, riscv, board };

/// A compiler with the flags that a build system gives it.
struct Tool {
    std::string name;                  ///< "Arduino Nano 33 BLE"
    std::vector<std::string> command;  ///< program, target, language standard and the core's other flags
    std::string destination;           ///< the package is made for it
    Runner runner = Runner::none;
    std::string linker = {};  ///< where it is another program than the compiler
    bool has_stdio = true;    ///< false: only the library is compiled
};
std::vector<Tool> tools();
const Tool& find_tool(const std::string& name);

struct Cell {
    std::string format, kind, tool;
};
/// All pairs that make sense, for each kind of model.
std::vector<Cell> cells();

struct Outcome {
    bool is_missing = false;  ///< the compiler or the emulator is not here
    std::string failure;      ///< what went wrong; "" for nothing
    std::string said;         ///< what the self-test printed; "" where it was not run
    std::size_t compiled = 0;
    bool passed() const { return !is_missing && failure.empty(); }
};
Outcome attempt(const Cell& cell);

}  // namespace mote::package::testing
