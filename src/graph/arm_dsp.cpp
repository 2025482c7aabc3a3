#include "graph/arm_dsp.hpp"

#include <algorithm>
#include <cstdlib>

namespace mote::graph {

namespace {

std::size_t rounded_up(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }

// Kernels read four values as the even and the odd bytes of a word.
constexpr std::size_t order[4] = {0, 2, 1, 3};

}  // namespace

bool suits_arm_dsp(const LayerTables& tables, bool channels_last) {
    const std::size_t channels = tables.bias.size(), rest = tables.weights.size() / channels;
    std::vector<std::int64_t> most(channels);
    for (std::size_t c = 0; c < channels; ++c) most[c] = std::abs(std::int64_t{tables.bias[c]});
    for (std::size_t i = 0; i < tables.weights.size(); ++i)
        most[channels_last ? i % channels : i / rest] += 128 * std::abs(int{tables.weights[i]});
    constexpr std::int64_t limit = std::int64_t{1} << 30;
    const bool sums_fit = std::all_of(most.begin(), most.end(), [](std::int64_t m) { return m < limit; });
    return sums_fit && std::all_of(tables.shift.begin(), tables.shift.end(), [](std::int8_t s) { return s >= -22 && s <= -1; });
}

LayerTables padded(LayerTables tables, std::size_t step) {
    const std::size_t channels = rounded_up(tables.bias.size(), step);
    tables.bias.resize(channels, 0);
    if (!tables.per_channel) return tables;
    tables.multiplier.resize(channels, 0);
    tables.shift.resize(channels, -1);
    return tables;
}

std::vector<std::int8_t> pack_conv_2d_arm_dsp(std::span<const std::int8_t> weights, std::size_t out_c, std::size_t kernel_h,
                                              std::size_t run) {
    std::vector<std::int8_t> packed;
    const auto at = [&](std::size_t channel, std::size_t ky, std::size_t k) {
        return channel < out_c && k < run ? weights[(channel * kernel_h + ky) * run + k] : std::int8_t{0};
    };
    for (std::size_t channel = 0; channel < out_c; channel += 2)
        for (std::size_t ky = 0; ky < kernel_h; ++ky)
            for (std::size_t k = 0; k < rounded_up(run, 4); k += 4)
                for (const std::size_t place : order)
                    packed.push_back(at(channel, ky, k + place)), packed.push_back(at(channel + 1, ky, k + place));
    return packed;
}

std::vector<std::int8_t> pack_dense_arm_dsp(std::span<const std::int8_t> weights, std::size_t out_c, std::size_t in_c) {
    std::vector<std::int8_t> packed;
    const auto at = [&](std::size_t channel, std::size_t k) { return channel < out_c && k < in_c ? int{weights[channel * in_c + k]} : 0; };
    for (std::size_t channel = 0; channel < out_c; channel += 8)
        for (std::size_t k = 0; k < rounded_up(in_c, 4); k += 4)
            for (std::size_t half = 0; half < 4; half += 2)
                for (std::size_t pair = 0; pair < 8; pair += 2)
                    for (std::size_t i = 0; i < 2; ++i) {
                        const std::size_t place = k + order[half + i];
                        packed.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(at(channel + pair, place) + 128)));
                        packed.push_back(static_cast<std::int8_t>(at(channel + pair + 1, place)));
                    }
    return packed;
}

std::vector<std::int16_t> pack_depthwise_arm_dsp(std::span<const std::int8_t> weights, std::size_t kernel_h, std::size_t kernel_w,
                                                 std::size_t channels, bool overlapping_pairs) {
    std::vector<std::int16_t> packed;
    const auto at = [&](std::size_t channel, std::size_t ky, std::size_t kx) {
        return channel < channels && kx < kernel_w ? std::int16_t{weights[(ky * kernel_w + kx) * channels + channel]} : std::int16_t{0};
    };
    for (std::size_t channel = 0; channel < rounded_up(channels, 4); ++channel)
        for (std::size_t ky = 0; ky < kernel_h; ++ky)
            for (std::size_t kx = 0; kx < (overlapping_pairs ? 2 : kernel_w); kx += overlapping_pairs ? 1 : 2)
                packed.push_back(at(channel, ky, kx)), packed.push_back(at(channel, ky, kx + 1));
    return packed;
}

}  // namespace mote::graph
