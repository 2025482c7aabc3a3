// Compilers for emitted folders, and small int8 networks to emit.
#pragma once

#include "base/process.hpp"
#include "base/random.hpp"
#include "codegen/emit.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace mote::codegen::testing {

/// One way to compile emitted code for a device or the host.
struct Compiler {
    std::string name;
    std::vector<std::string> command;      ///< program and target flags
    std::string core;                      ///< as Pipeline::core
    std::vector<std::string> runner = {};  ///< what runs a program of another processor on this machine
};

inline std::vector<std::string> warning_flags() { return {"-Wall", "-Wextra", "-Wconversion", "-Werror"}; }
inline std::vector<std::string> device_flags() { return {"-fno-exceptions", "-fno-rtti"}; }

/// Every core that boards have.
std::vector<Compiler> arm_compilers();
std::vector<Compiler> host_compilers();
/// Linux on 64-bit Arm; its programs run in QEMU's user mode.
inline Compiler aarch64() { return {"aarch64", {"aarch64-linux-gnu-g++", "-static"}, "cortex-a72", {"qemu-aarch64"}}; }
inline Compiler cortex_m4() {
    return {"cortex-m4f", {"arm-none-eabi-g++", "-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"}, "cortex-m4"};
}

/// True when the program can be run. Where CI is set its absence fails the test, else it is printed.
bool have(const std::string& program);

/// Runs a tool; a failure fails the test with what the tool printed.
std::string run_tool(const std::vector<std::string>& command);

/// Compiles each source of the emission to an object in `out`; returns the objects.
std::vector<std::filesystem::path> compile(const Emission& emission, const Compiler& compiler, const std::vector<std::string>& flags,
                                           const std::filesystem::path& out);

/// What a traced run on this machine gave for one window: per step its bytes (index 0 holds step -1, the features), and the outputs.
struct Traced {
    std::vector<base::Bytes> steps;
    base::Bytes outputs;
};

/// Builds the folder for the host with -DMOTE_TRACE and runs every window through classify_int8().
std::vector<Traced> run_traced(const Emission& emission, const std::vector<base::Bytes>& windows, const Compiler& compiler);

/// Builds `main_text` with the folder into a program in `out`; returns the program.
std::filesystem::path link_program(const Emission& emission, const std::string& main_text, const Compiler& compiler,
                                   std::vector<std::string> flags, const std::filesystem::path& out);

/// Builds a program from the folder and `main_text`, runs it and returns its exit code.
int run_program(const Emission& emission, const std::string& main_text, const Compiler& compiler, const std::vector<std::string>& flags);

}  // namespace mote::codegen::testing
