#include "graph/arm_dsp.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace mote::graph {

bool suits_arm_dsp(const LayerTables& tables, bool channels_last) {
    const std::size_t channels = tables.bias.size(), rest = tables.weights.size() / channels;
    std::vector<std::int64_t> most(channels);
    for (std::size_t c = 0; c < channels; ++c) most[c] = std::abs(std::int64_t{tables.bias[c]});
    for (std::size_t i = 0; i < tables.weights.size(); ++i)
        most[channels_last ? i % channels : i / rest] += 128 * std::abs(int{tables.weights[i]});
    constexpr std::int64_t limit = std::int64_t{1} << 30;
    const bool sums_fit = std::all_of(most.begin(), most.end(), [](std::int64_t m) { return m < limit; });
    const auto normal = [](std::int32_t multiplier) { return multiplier >= std::int32_t{1} << 30; };
    return sums_fit && std::all_of(tables.shift.begin(), tables.shift.end(), [](std::int8_t s) { return s >= -22 && s <= -1; }) &&
           std::all_of(tables.multiplier.begin(), tables.multiplier.end(), normal);
}

namespace {

/// Four channels beside each other, two of them in each 16-bit lane: 256 * second + first + 128.
std::vector<std::int8_t> packed(std::span<const std::int8_t> weights, std::size_t out_c, std::size_t in_c) {
    std::vector<std::int8_t> packed;
    const auto at = [&](std::size_t channel, std::size_t k) { return channel < out_c && k < in_c ? int{weights[channel * in_c + k]} : 0; };
    for (std::size_t channel = 0; channel < out_c; channel += 4)
        for (std::size_t k = 0; k < rounded_up(in_c, 4); k += 4)
            for (std::size_t half = 0; half < 4; half += 2)
                for (std::size_t pair = 0; pair < 4; pair += 2)
                    for (std::size_t i = 0; i < 2; ++i) {
                        const std::size_t place = k + arm_dsp_order[half + i];
                        packed.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(at(channel + pair, place) + 128)));
                        packed.push_back(static_cast<std::int8_t>(at(channel + pair + 1, place)));
                    }
    return packed;
}

/// Of each two rows 256 times the second one's is added to the first one's.
void fold_pairs(std::vector<std::int32_t>& bias) {
    for (std::size_t row = 0; row < bias.size(); row += 2)
        bias[row] = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias[row]) + (static_cast<std::uint32_t>(bias[row + 1]) << 8));
}

}  // namespace

std::vector<KernelTable> arm_dsp_dense_tables(const LayerTables& tables, std::size_t in_c) {
    const auto weights = packed(tables.weights, tables.bias.size(), in_c);
    LayerTables whole = padded(tables, 4);
    fold_pairs(whole.bias);
    return whole.kernel_tables(kernel_table("weights", Type::i8, std::span<const std::int8_t>(weights)));
}

bool suits_arm_dsp(const GateTables& tables) {
    const auto units = static_cast<std::size_t>(tables.units), depth = static_cast<std::size_t>(tables.depth);
    constexpr std::int64_t limit = std::int64_t{1} << 30;
    for (std::size_t row = 0; row < tables.bias.size(); ++row) {
        const std::size_t gate = row / units;
        const int shift = tables.shift[gate];
        if (tables.multiplier[gate] < std::int32_t{1} << 30 || shift < -22 || shift > 7) return false;
        std::int64_t most = std::abs(std::int64_t{tables.bias[row]});
        for (std::size_t k = 0; k < depth; ++k) most += 128 * std::abs(int{tables.weights[row * depth + k]});
        if (most << std::max(shift, 0) >= limit) return false;
    }
    return true;
}

GateTables arm_dsp_gates(const GateTables& tables) {
    GateTables result = tables;
    result.weights.clear(), result.bias.clear();
    const auto units = static_cast<std::size_t>(tables.units), depth = static_cast<std::size_t>(tables.depth);
    for (std::size_t g = 0; g < static_cast<std::size_t>(tables.gates); ++g) {
        const auto rows = packed(std::span(tables.weights).subspan(g * units * depth, units * depth), units, depth);
        result.weights.insert(result.weights.end(), rows.begin(), rows.end());
        const auto first = tables.bias.begin() + static_cast<std::ptrdiff_t>(g * units);
        result.bias.insert(result.bias.end(), first, first + tables.units);
        result.bias.resize((g + 1) * rounded_up(units, 4), 0);
    }
    fold_pairs(result.bias);
    return result;
}

std::size_t arm_dsp_gates_bytes(const GateTables& input, const GateTables& state) {
    return 2 * rounded_up(static_cast<std::size_t>(std::max(input.depth, state.depth)), 4);
}

void use_arm_dsp_gates(KernelCall& call, const std::string& family, const GateTables& input, const GateTables& state) {
    call.use(family, "arm_dsp");
    call.tables = recurrent_tables(arm_dsp_gates(input), arm_dsp_gates(state));
    call.scratch_bytes = rounded_up(call.scratch_bytes, 4) + arm_dsp_gates_bytes(input, state);
}

void append_word(std::vector<std::int8_t>& to, std::uint32_t word) {
    for (int byte = 0; byte < 4; ++byte) to.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(word >> 8 * byte)));
}

}  // namespace mote::graph
