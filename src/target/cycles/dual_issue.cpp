#include "target/cycles/dual_issue.hpp"

#include <algorithm>
#include <map>

namespace mote::target::dual_issue {
namespace {

// Cycles from issue until another instruction can use the result; as an address it is needed one cycle earlier.
// Arm publishes no table for this core; these follow its optimisation hints and public measurements of its pipeline.
int latency(const Instruction& i) {
    switch (i.work) {
        case Work::load:
        case Work::load_multiple:
        case Work::multiply:
        case Work::multiply_accumulate:
        case Work::multiply_long:
        case Work::multiply_long_accumulate:
            return 2;
        case Work::float_simple:
            return 3;
        case Work::float_fused:
            return 6;
        case Work::float_divide:
            return 16;
        case Work::divide:
            return 8;
        default:
            return 1;
    }
}

bool is_multiply(const Instruction& i) { return i.work >= Work::multiply && i.work <= Work::multiply_long_accumulate; }
bool is_float_work(const Instruction& i) { return i.work >= Work::float_simple && i.work <= Work::float_divide; }

/// What one cycle has issued.
struct Slot {
    int used = 0;
    int loads = 0, stores = 0, multiplies = 0, floats = 0, branches = 0;

    bool takes(const Instruction& i) const {
        if (used >= 2) return false;
        if (i.is_load() && stores > 0) return false;
        if (i.is_memory() && !i.is_load() && (stores > 0 || loads > 0)) return false;
        return !(is_multiply(i) && multiplies > 0) && !(is_float_work(i) && floats > 0) && !(i.is_branch() && branches > 0);
    }
    void add(const Instruction& i) {
        ++used;
        loads += i.is_load(), stores += i.is_memory() && !i.is_load(), multiplies += is_multiply(i), floats += is_float_work(i);
        branches += i.is_branch();
    }
};

// Cycles for which the instruction keeps the pipeline to itself beyond the first: 64 bits move a cycle.
int extra_cycles(const Instruction& i) {
    if (i.work == Work::load_multiple || i.work == Work::store_multiple) return std::max(0, (i.transfers + 1) / 2 - 1);
    if (i.work == Work::divide) return 6;
    return i.work == Work::float_divide ? 12 : 0;
}

}  // namespace

double block_cycles(std::span<const Instruction> block) {
    std::map<std::uint16_t, int> ready, is_loaded;
    int now = 0;
    Slot slot;
    for (const Instruction& i : block) {
        if (i.work == Work::if_then) continue;  // folded
        int start = now;
        for (const std::uint16_t r : i.reads) {
            if (!ready.contains(r)) continue;
            const bool is_address = std::find(i.address_registers.begin(), i.address_registers.end(), r) != i.address_registers.end();
            const bool is_stored = i.is_memory() && !i.is_load() && !is_address;  // needed a cycle later
            start = std::max(start, ready[r] + (is_address && is_loaded[r] ? 1 : 0) - (is_stored ? 1 : 0));
        }
        if (start > now || !slot.takes(i) || (extra_cycles(i) > 0 && slot.used > 0)) {
            now = std::max(start, now + 1);
            slot = {};
        }
        slot.add(i);
        for (const std::uint16_t r : i.writes) ready[r] = now + latency(i), is_loaded[r] = i.is_load();
        if (const int extra = extra_cycles(i); extra > 0) {
            now += extra;
            slot.used = 2;
        }
    }
    return now + (block.empty() ? 0 : 1);
}

// Most branches are predicted, and then cost nothing beside their own slot; a computed one refills the pipeline.
double branch_cycles(const Instruction& last, std::uint64_t, int) {
    if (!last.is_branch()) return 0;
    return last.is_direct_branch() ? 0 : 2;
}

}  // namespace mote::target::dual_issue
