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

}  // namespace

std::vector<KernelTable> arm_dsp_dense_tables(const LayerTables& tables, std::size_t in_c) {
    const auto weights = packed(tables.weights, tables.bias.size(), in_c);
    return padded(tables, 4).kernel_tables(kernel_table("weights", Type::i8, std::span<const std::int8_t>(weights)));
}

void append_word(std::vector<std::int8_t>& to, std::uint32_t word) {
    for (int byte = 0; byte < 4; ++byte) to.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(word >> 8 * byte)));
}

}  // namespace mote::graph
