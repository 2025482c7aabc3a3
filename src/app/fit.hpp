// Whether a part holds a model's firmware, and what would help where it does not: known by building it, because only a linker knows.
#pragma once

#include "base/progress.hpp"
#include "board/board.hpp"
#include "codegen/emit.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mote::app {

/// What a firmware takes of a part.
struct Need {
    std::uint64_t flash_bytes = 0;  ///< the whole image
    std::uint64_t data_bytes = 0;   ///< its data, which lies in RAM
    std::uint64_t stack_bytes = 0;  ///< deepest
    std::uint64_t constant_bytes = 0, arena_lower_bound_bytes = 0;

    /// Data and stack, of which the linker leaves a least amount however little is used.
    std::uint64_t ram_bytes() const;
    bool fits(const board::Board& board) const { return flash_bytes <= board.flash.size_bytes && ram_bytes() <= board.ram.size_bytes; }
    /// "5.2 KB of flash too much and 1.0 KB of RAM too much"; "" where it fits.
    std::string shortage(const board::Board& board) const;
};

/// What would make a firmware fit.
struct Remedy {
    std::vector<std::string> modes;   ///< of codegen::Optimise, those with which this part holds it
    std::vector<std::string> boards;  ///< that hold it as it is: those with the same core first, small ones first
    std::vector<std::string> tried;   ///< "--optimise size needs 9.1 KB of flash and 4.2 KB of RAM: it fits", one a mode
    std::vector<std::string> limits;  ///< what no plan of this model can go below, where the part has less

    /// In one sentence, for the hint of an error.
    std::string sentence() const;
    /// Line by line.
    std::vector<std::string> lines() const;
};

/// Tries the other plans of the same model (their limits left out, the stack as it was measured) and looks through the boards.
Remedy find_remedy(const codegen::Pipeline& pipeline, const Need& need, const board::Board& board, const std::filesystem::path& project,
                   const base::Cancel& cancel);

/// Builds the firmware without regard to the part's size. The stack is measured in the emulator, with one window, where RAM is scarce;
/// elsewhere it is taken as the least that the linker leaves. Throws base::Error "tool_failed" where there is no compiler.
Need need_of(codegen::Pipeline pipeline, const board::Board& board, std::span<const std::byte> window, const base::Cancel& cancel);

/// Throws base::Error "bad_input" where `board` does not hold the firmware: by how much, and what does. Answers what a reader must know
/// where that cannot be found out here: "" or that there is no compiler.
std::string check_fit(const codegen::Pipeline& pipeline, const board::Board& board, std::span<const std::byte> window,
                      const std::string& model, const std::filesystem::path& project, const base::Cancel& cancel);

}  // namespace mote::app
