// The timings in which the one-at-a-time cores differ.
#pragma once

#include "target/cycles/instruction.hpp"

#include <span>

namespace mote::target::in_order {

/// Cycles. The defaults are the Cortex-M4's.
struct Table {
    double multiply_accumulate = 1, multiply_long = 1, multiply_long_accumulate = 1, divide = 6;
    double load = 2, store = 1, store_register_offset = 2, words_a_cycle = 1;
    double branch_link = 1;
    double branch_taken = 1, indirect_taken = 2, load_branch_taken = 2;  ///< added when taken
    double unaligned_target = 1;                                         ///< added for a 32-bit target across two words
    double float_fused = 3, float_divide = 14, float_hazard = 1, vector = 2, system = 2;
    bool pipelines_loads = true;
};

double block_cycles(const Table& table, std::span<const Instruction> block);
double branch_cycles(const Table& table, const Instruction& last, std::uint64_t target, int target_size_bytes);

}  // namespace mote::target::in_order
