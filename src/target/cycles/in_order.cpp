// Cores that start one instruction at a time: Cortex-M0+, M3, M4, and M33 and M55 by the M4's rules.
#include "target/cycles/in_order.hpp"

#include <algorithm>

namespace mote::target::in_order {
namespace {

bool uses(const std::vector<std::uint16_t>& list, const std::vector<std::uint16_t>& registers) {
    return std::any_of(registers.begin(), registers.end(),
                       [&](std::uint16_t r) { return std::find(list.begin(), list.end(), r) != list.end(); });
}

double base_cycles(const Table& t, const Instruction& i) {
    switch (i.work) {
        case Work::multiply_accumulate:
            return t.multiply_accumulate;
        case Work::multiply_long:
            return t.multiply_long;
        case Work::multiply_long_accumulate:
            return t.multiply_long_accumulate;
        case Work::divide:
            return t.divide;
        case Work::load:
            return t.load;
        case Work::store:
            return i.register_offset ? t.store_register_offset : t.store;
        case Work::load_multiple:
        case Work::store_multiple:
            return 1.0 + i.transfers / t.words_a_cycle;
        case Work::branch_link:
            return t.branch_link;
        case Work::table_branch:
            return 2;
        case Work::float_fused:
            return t.float_fused;
        case Work::float_divide:
            return t.float_divide;
        case Work::vector:
            return t.vector;
        case Work::system:
            return t.system;
        default:
            return 1;
    }
}

// A single load or store after a single load starts in that load's second cycle, unless its address waits for the loaded value.
bool follows_in_pipeline(const Instruction& before, const Instruction& now) {
    if (before.work != Work::load || before.writes_pc) return false;
    if (now.work != Work::load && !(now.work == Work::store && (!now.register_offset || now.is_float))) return false;
    // The first register written is the value; a written-back base is ready in time.
    return before.writes.empty() || !uses({before.writes.front()}, now.address_registers);
}

bool is_float_result(const Instruction& i) {
    return i.work == Work::float_simple || i.work == Work::float_fused || i.work == Work::float_divide;
}

}  // namespace

double block_cycles(const Table& t, std::span<const Instruction> block) {
    double cycles = 0;
    for (std::size_t k = 0; k < block.size(); ++k) {
        double own = base_cycles(t, block[k]);
        if (k > 0) {
            const Instruction& before = block[k - 1];
            if (t.pipelines_loads && own > 1 && follows_in_pipeline(before, block[k])) own -= 1;
            if (t.float_hazard > 0 && is_float_result(before) && uses(block[k].reads, before.writes)) own += t.float_hazard;
        }
        cycles += own;
    }
    return cycles;
}

double branch_cycles(const Table& t, const Instruction& last, std::uint64_t target, int target_size_bytes) {
    if (!last.is_branch()) return 0;  // the end of a loop without overhead
    const bool crosses_word = target_size_bytes == 4 && (target & 2u) != 0;
    const double refill = last.is_direct_branch() ? t.branch_taken : last.is_memory() ? t.load_branch_taken : t.indirect_taken;
    return refill + (crosses_word ? t.unaligned_target : 0);
}

}  // namespace mote::target::in_order
