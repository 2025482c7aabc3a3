// Other programs, run without a shell: compilers, emulators, speech synthesisers.
#pragma once

#include "base/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::base {

struct ProcessOptions {
    std::filesystem::path working_folder;  ///< empty: the current one
    double timeout_s = 0;                  ///< 0: none; after it the whole process group is killed
    const Cancel* cancel = nullptr;        ///< when requested, the process group is killed and Error "cancelled" thrown
    std::uint64_t output_limit_bytes = std::uint64_t{64} << 20;  ///< what is printed beyond this is dropped
};

struct ProcessResult {
    int exit_code = 0;  ///< 128 + signal when one ended it
    bool timed_out = false;
    std::string output;
    std::string error_output;
    bool ok() const { return exit_code == 0 && !timed_out; }
};

/// Runs `command` (program and arguments; found in PATH), standard input empty, and waits. Throws Error "not_found" when there is no such
/// program; a failing program is no error here.
ProcessResult run_process(const std::vector<std::string>& command, const ProcessOptions& options = {});

/// Where PATH finds a program.
std::optional<std::filesystem::path> find_program(std::string_view name);

}  // namespace mote::base
