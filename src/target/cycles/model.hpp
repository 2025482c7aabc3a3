// How long a core takes for what it executed: a table of its published instruction timings over exact counts of its blocks.
#pragma once

#include "board/board.hpp"
#include "target/counts.hpp"
#include "target/cycles/instruction.hpp"
#include "target/measure.hpp"

#include <span>
#include <string_view>

namespace mote::target {

/// The timing of one core.
struct CoreModel {
    std::string_view core;
    /// Cycles of a block that control runs through once, without what a taken branch at its end adds.
    double (*block_cycles)(std::span<const Instruction> block);
    /// What leaving through `last` to `target` adds.
    double (*branch_cycles)(const Instruction& last, std::uint64_t target, int target_size_bytes);
    /// How far real cycles may lie below and above the modelled ones for code that waits for no memory.
    double low, high;
    std::string_view confidence;
};

/// Throws base::Error "unsupported" for a core without a model.
const CoreModel& core_model(std::string_view core);

/// What a memory slower than the core adds: each figure is the sum over one region.
struct Waits {
    double low = 0, expected = 0, high = 0;
};
Waits flash_waits(const CacheCount& counts, const board::FlashCache& cache);

/// Cycles of one region; `blocks` counts in it must have been made with this image.
Cycles region_cycles(const RegionProfile& region, const Image& image, const board::Board& board);

Cycles operator+(const Cycles& a, const Cycles& b);

}  // namespace mote::target
