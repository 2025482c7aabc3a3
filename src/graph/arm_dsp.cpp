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

void append_word(std::vector<std::int8_t>& to, std::uint32_t word) {
    for (int byte = 0; byte < 4; ++byte) to.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(word >> 8 * byte)));
}

}  // namespace mote::graph
