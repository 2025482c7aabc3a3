#include "target/cycles/model.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "target/cycles/dual_issue.hpp"
#include "target/cycles/in_order.hpp"

#include <algorithm>
#include <array>

namespace mote::target {
namespace {

using in_order::Table;

// Cortex-M4 Technical Reference Manual (DDI 0439), instruction set summary.
constexpr Table cortex_m4;

// Cortex-M3 Technical Reference Manual (DDI 0337); long products end early, the middle of the range is taken.
constexpr Table cortex_m3 = [] {
    Table t;
    t.multiply_accumulate = 2, t.multiply_long = 4, t.multiply_long_accumulate = 5.5;
    return t;
}();

// Cortex-M0+ Technical Reference Manual (DDI 0484), with the fast multiplier.
constexpr Table cortex_m0plus = [] {
    Table t;
    t.store = t.store_register_offset = 2;
    t.branch_link = 2, t.indirect_taken = 1, t.unaligned_target = 0, t.system = 3;
    t.pipelines_loads = false;
    return t;
}();

// Arm publishes no timings for these two; the M55 works on half a vector a cycle.
constexpr Table cortex_m33 = [] {
    Table t;
    t.load = 2, t.unaligned_target = 0;
    return t;
}();
constexpr Table cortex_m55 = [] {
    Table t;
    t.load = 1, t.words_a_cycle = 2, t.float_fused = 1, t.float_hazard = 1, t.unaligned_target = 0;
    return t;
}();

template <const Table& table>
double block(std::span<const Instruction> list) {
    return in_order::block_cycles(table, list);
}
template <const Table& table>
double branch(const Instruction& last, std::uint64_t target, int size) {
    return in_order::branch_cycles(table, last, target, size);
}

constexpr std::array models = {
    CoreModel{"cortex-m0plus", block<cortex_m0plus>, branch<cortex_m0plus>, -0.05, 0.10,
              "modelled with the core's published timings, not validated on hardware"},
    CoreModel{"cortex-m3", block<cortex_m3>, branch<cortex_m3>, -0.10, 0.15,
              "modelled with the core's published timings, not validated on hardware"},
    CoreModel{"cortex-m4", block<cortex_m4>, branch<cortex_m4>, -0.02, 0.04,
              "modelled; published cycle counts of register-bound routines: -2.1 to +0.8 %; published result of a dense network on an "
              "STM32L4R5: expected 10 % too low, just inside the range"},
    CoreModel{"cortex-m7", dual_issue::block_cycles, dual_issue::branch_cycles, -0.15, 0.15,
              "modelled as a dual-issue pipeline, not validated on hardware"},
    CoreModel{"cortex-m33", block<cortex_m33>, branch<cortex_m33>, -0.20, 0.20, "modelled with the Cortex-M4's timings, not validated"},
    CoreModel{"cortex-m55", block<cortex_m55>, branch<cortex_m55>, -0.30, 0.30, "modelled with assumed timings, not validated"},
};

int size_at(const Image& image, std::uint64_t address) {
    const auto code = image.code_at(address, 2);
    if (code.size() < 2) return 2;
    return (std::to_integer<unsigned>(code[1]) >> 3) >= 0x1d ? 4 : 2;
}

}  // namespace

const CoreModel& core_model(std::string_view core) {
    for (const CoreModel& model : models)
        if (model.core == core) return model;
    throw base::Error("unsupported", "there is no cycle model for " + std::string(core), "count instructions instead");
}

// A miss waits for the memory. Of a miss right after the line before, a prefetch hides as many cycles as that line took. A part that caches
// no data may still hold the last line that it read: data sheets say "0 to n wait states" for that, so half of those waits are expected.
Waits flash_waits(const CacheCount& counts, const board::FlashCache& cache) {
    const double wait = cache.wait_states;
    const double jumps = static_cast<double>(counts.code_misses) * wait;
    const double sequential = static_cast<double>(counts.sequential_misses) * wait;
    const double hidden = cache.prefetch ? static_cast<double>(counts.hidden_cycles) : 0;
    const double data = static_cast<double>(counts.data_misses) * wait;
    const double repeats = static_cast<double>(counts.data_repeats) * wait;
    // A read of data that comes while the prefetch is reading waits for that too: for half of it on average, for all of it at worst.
    const double behind_prefetch = cache.prefetch ? data : 0;
    Waits waits;
    waits.low = jumps + data - repeats + (cache.prefetch ? 0 : sequential);
    waits.expected = jumps + data - 0.5 * repeats + 0.5 * behind_prefetch + sequential - std::min(sequential, hidden);
    waits.high = jumps + data + behind_prefetch + sequential;
    return waits;
}

Cycles region_cycles(const RegionProfile& region, const Image& image, const board::Board& board) {
    const CoreModel& model = core_model(board.core);
    double core = 0;
    std::map<std::uint64_t, Instruction> last_of;  // by the end of the block
    for (const BlockCount& counted : region.blocks) {
        const auto block = decode(image, counted.begin, counted.end);
        core += model.block_cycles(block) * static_cast<double>(counted.executions);
        if (!block.empty()) last_of[counted.end] = block.back();
    }
    for (const EdgeCount& edge : region.edges)
        if (const auto last = last_of.find(edge.from); last != last_of.end())
            core += model.branch_cycles(last->second, edge.to, size_at(image, edge.to)) * static_cast<double>(edge.times);
    const Waits waits = flash_waits(region.cache, board.cache);
    Cycles cycles;
    cycles.low = core * (1 + model.low) + waits.low;
    cycles.expected = core + waits.expected;
    cycles.high = core * (1 + model.high) + waits.high;
    cycles.confidence = model.confidence;
    return cycles;
}

Cycles operator+(const Cycles& a, const Cycles& b) {
    return {a.low + b.low, a.expected + b.expected, a.high + b.high, a.confidence.empty() ? b.confidence : a.confidence};
}

}  // namespace mote::target
