// Runs an image in QEMU, with or without the counting plugin.
#pragma once

#include "base/progress.hpp"
#include "board/board.hpp"
#include "target/counts.hpp"
#include "target/image.hpp"
#include "target/machine.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace mote::target {

enum class Counting { none, count, profile };

struct Execution {
    int exit_code = 0;
    std::string output;            ///< what the firmware printed
    std::optional<Counts> counts;  ///< unless Counting::none
};

struct ExecutionOptions {
    Counting counting = Counting::none;
    std::string argument;          ///< the firmware's command line, without commas
    std::filesystem::path folder;  ///< where the firmware's files lie and are written
    double timeout_s = 3600;
    const base::Cancel* cancel = nullptr;
};

/// Runs the image to its end. Throws base::Error "tool_failed" when QEMU is missing (naming the package), the firmware faults (naming the
/// function and the registers), never ends, or leaves the part's memory (naming address and function). Other exit codes are returned.
Execution execute(const std::filesystem::path& elf, const board::Board& board, const ExecutionOptions& options);

}  // namespace mote::target
