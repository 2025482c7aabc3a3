#include "graph/row_pairs.hpp"

#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/pairs.hpp"
#include "mote/rt/nn/depthwise_conv_2d/row_pairs.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

using rt::nn::DepthwiseConv2dParameters;

std::size_t scratch_bytes_of(const DepthwiseConv2dParameters& p, std::int32_t band_rows) {
    return static_cast<std::size_t>(rt::nn::depthwise_plane_words(p, band_rows) + p.kernel_h * p.kernel_w) * sizeof(std::uint32_t);
}

/// As many rows at once as fit 4 KiB: each band loads the weights and the rows that it shares with the next one again.
std::int32_t band_rows_of(const DepthwiseConv2dParameters& p) {
    constexpr std::size_t band_bytes = 4096;
    std::int32_t rows = 2;
    while (rows < p.out_h && scratch_bytes_of(p, rows + 2) <= band_bytes) rows += 2;
    return std::min(rows, p.out_h);
}

}  // namespace

std::vector<std::int8_t> channels_first(std::span<const std::int8_t> weights, std::size_t channels) {
    std::vector<std::int8_t> packed;
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t i = c; i < weights.size(); i += channels) packed.push_back(weights[i]);
    return packed;
}

bool suits_row_pairs(const variants::depthwise_conv_2d::Layer& layer) {
    const auto& w = layer.tables.weights;
    return scratch_bytes_of(layer.parameters, 2) <= most_scratch_bytes && std::find(w.begin(), w.end(), -128) == w.end() &&
           suits_arm_dsp(layer.tables, true);
}

void use_row_pairs(const variants::depthwise_conv_2d::Layer& layer, const std::string& variant, KernelPlan& plan) {
    const auto& p = layer.parameters;
    const std::int32_t band_rows = band_rows_of(p);
    const auto channels = static_cast<std::size_t>(p.out_c);
    const auto weights = channels_first(layer.tables.weights, channels);
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", variant);
    call.set_value("band_rows", band_rows);
    call.tables = {kernel_table("weights", Type::i8, std::span<const std::int8_t>(weights))};
    call.scratch_bytes = scratch_bytes_of(p, band_rows);
    plan.may_overlap.clear();
    if (p.channel_multiplier != 1) return;
    // A channel is finished before the next one: moved by whole pixels, the output lies on that channel of the input alone, and a band's
    // rows are read before its first output is written.
    const auto band_pixels = static_cast<std::size_t>(band_rows) * static_cast<std::size_t>(p.out_w);
    plan.may_overlap = {{0, channels * overlap_distance(window_of_parameters(p), 1, 1, {band_pixels, true}), channels}};
}

}  // namespace mote::graph
