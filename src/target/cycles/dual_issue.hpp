// The Cortex-M7: two instructions a cycle, in order.
#pragma once

#include "target/cycles/instruction.hpp"

#include <span>

namespace mote::target::dual_issue {

double block_cycles(std::span<const Instruction> block);
double branch_cycles(const Instruction& last, std::uint64_t target, int target_size_bytes);

}  // namespace mote::target::dual_issue
