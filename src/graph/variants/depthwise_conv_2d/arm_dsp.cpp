#include "mote/rt/nn/depthwise_conv_2d/arm_dsp.hpp"
#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

using rt::nn::DepthwiseConv2dParameters;

std::vector<std::int8_t> packed(const LayerTables& tables, const DepthwiseConv2dParameters& p) {
    const auto channels = static_cast<std::size_t>(p.out_c);
    std::vector<std::int8_t> packed;
    for (std::size_t c = 0; c < channels; ++c) {
        const std::size_t q = tables.per_channel ? c : 0;
        append_word(packed, static_cast<std::uint32_t>(tables.bias[c]));
        append_word(packed, 2 * static_cast<std::uint32_t>(tables.multiplier[q]));
        append_word(packed, static_cast<std::uint32_t>(-tables.shift[q]));
        const auto weight = [&](int k) {
            return k < p.kernel_h * p.kernel_w ? tables.weights[static_cast<std::size_t>(k) * channels + c] : std::int8_t{0};
        };
        if (rt::nn::depthwise_is_line(p))
            for (int k = 0; k < 2 * rt::nn::depthwise_line_words(p); k += 2)
                for (const int place : {k, k + 1, k + 1, k + 2}) packed.push_back(weight(place));
        else
            for (int k = 0; k < p.kernel_h * p.kernel_w; ++k)
                packed.insert(packed.end(), rt::nn::depthwise_is_3x3(p) && k % 3 == 1 ? 2 : 1, weight(k));
        packed.resize((c + 1) * static_cast<std::size_t>(rt::nn::depthwise_channel_bytes(p)));
    }
    return packed;
}

std::size_t scratch_bytes(const DepthwiseConv2dParameters& p, std::int32_t band_rows) {
    return static_cast<std::size_t>(4 * rt::nn::depthwise_plane_bytes(p, band_rows) + rt::nn::depthwise_tap_bytes(p));
}

/// As many rows at once as fit 4 KiB: each band loads the weights and the rows that it shares with the next one again.
std::int32_t band_rows_of(const DepthwiseConv2dParameters& p) {
    constexpr std::size_t band_bytes = 4096;
    std::int32_t rows = 1;
    while (rows < p.out_h && scratch_bytes(p, rows + 1) <= band_bytes) ++rows;
    return rows;
}

bool suits(const Layer& layer) {
    const auto& p = layer.parameters;
    return p.dilation_h == 1 && p.dilation_w == 1 && scratch_bytes(p, 1) <= most_scratch_bytes && suits_arm_dsp(layer.tables, true);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const auto& p = layer.parameters;
    const std::int32_t band_rows = band_rows_of(p);
    const std::vector<std::int8_t> table = packed(layer.tables, p);
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", "arm_dsp");
    call.set_value("band_rows", band_rows);
    call.tables = {kernel_table("channels", Type::i8, std::span<const std::int8_t>(table))};
    call.scratch_bytes = scratch_bytes(p, band_rows);
    plan.may_overlap.clear();
    if (p.channel_multiplier != 1) return;
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
