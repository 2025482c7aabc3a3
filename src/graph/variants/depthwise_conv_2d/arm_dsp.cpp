#include "mote/rt/nn/depthwise_conv_2d/arm_dsp.hpp"
#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/variants/variants.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

using rt::nn::DepthwiseConv2dParameters;

/// Taps of one channel after another, two 16-bit values a word; a kernel of width 3 as the pairs (0, 1) and (1, 2) of each row.
std::vector<std::int16_t> packed(std::span<const std::int8_t> weights, const DepthwiseConv2dParameters& p) {
    const auto kernel_h = static_cast<std::size_t>(p.kernel_h), kernel_w = static_cast<std::size_t>(p.kernel_w),
               channels = static_cast<std::size_t>(p.out_c);
    const bool overlapping_pairs = rt::nn::depthwise_is_3x3(p);
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

/// As many rows at once as fit 4 KiB: each band loads the weights and the rows that it shares with the next one again.
std::int32_t band_rows_of(const DepthwiseConv2dParameters& p) {
    constexpr std::int32_t band_bytes = 4096;
    std::int32_t rows = 1;
    while (rows < p.out_h && 4 * rt::nn::depthwise_plane_bytes(p, rows + 1) <= band_bytes) ++rows;
    return rows;
}

bool suits(const Layer& layer) {
    const auto& p = layer.parameters;
    return p.channel_multiplier == 1 && p.dilation_h == 1 && p.dilation_w == 1 &&
           static_cast<std::size_t>(4 * rt::nn::depthwise_plane_bytes(p, 1)) <= most_scratch_bytes && suits_arm_dsp(layer.tables, true);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const auto& p = layer.parameters;
    const std::int32_t band_rows = band_rows_of(p);
    const auto weights = packed(layer.tables.weights, p);
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", "arm_dsp");
    call.set_value("band_rows", band_rows);
    call.tables = padded(layer.tables, 4).kernel_tables(kernel_table("weights", Type::i16, std::span<const std::int16_t>(weights)));
    call.scratch_bytes = static_cast<std::size_t>(4 * rt::nn::depthwise_plane_bytes(p, band_rows));
    // Four channels are finished before the next four: moved by whole pixels, the output lies on those channels of the input alone, and a
    // band's rows are read before its first output is written.
    const auto band_pixels = static_cast<std::size_t>(band_rows) * static_cast<std::size_t>(p.out_w);
    const auto channels = static_cast<std::size_t>(p.out_c);
    plan.may_overlap = {{0, channels * overlap_distance(window_of_parameters(p), 1, 1, {band_pixels, true}), channels}};
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
