#include "mote/rt/nn/depthwise_conv_2d/helium.hpp"
#include "graph/overlap.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"
#include "graph/vector.hpp"

#include <algorithm>

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

using rt::nn::DepthwiseConv2dParameters;

/// Weights of each channel as tiles of [4 columns][4 rows], or 3 columns of one, then its tables.
KernelTable packed(const LayerTables& tables, const DepthwiseConv2dParameters& p) {
    const auto channels = static_cast<std::size_t>(p.out_c);
    const std::int32_t columns = rt::nn::depthwise_in_pairs(p) ? 3 : 4;
    KernelTable table{"weights", Type::i8, {}};
    const auto weight = [&](std::int32_t ky, std::int32_t kx, std::size_t channel) {
        if (ky >= p.kernel_h || kx >= p.kernel_w) return std::int8_t{0};
        return tables.weights[static_cast<std::size_t>(ky * p.kernel_w + kx) * channels + channel];
    };
    for (std::size_t c = 0; c < channels; ++c) {
        const bool series = rt::nn::depthwise_in_series(p);
        for (std::int32_t kx = 0; series && kx < 16; ++kx) append_value(table.data, weight(0, kx, c));
        for (std::int32_t ky = 0; !series && ky < p.kernel_h; ky += 4)
            for (std::int32_t kx = 0; kx < p.kernel_w; kx += 4)
                for (std::int32_t column = 0; column < columns; ++column)
                    for (std::int32_t row = 0; row < 4; ++row) append_value(table.data, weight(ky + row, kx + column, c));
        const std::size_t q = tables.per_channel ? c : 0;
        append_value(table.data, tables.bias[c]);
        append_value(table.data, tables.multiplier[q]);
        append_value(table.data, std::int32_t{tables.shift[q]});
    }
    return table;
}

/// As many rows of output as 4 KiB of strips hold, but two at least where two come from one strip, and none that is left alone.
std::int32_t band_rows_of(const DepthwiseConv2dParameters& p) {
    constexpr std::int32_t band_bytes = 4096;
    if (rt::nn::depthwise_in_series(p)) return 1;
    const bool pairs = rt::nn::depthwise_in_pairs(p);
    const auto fits = [&](std::int32_t rows) { return !pairs || p.out_h % rows != 1; };
    std::int32_t rows = pairs ? 2 : 1;
    while (rows < p.out_h && rt::nn::depthwise_strips_bytes(p, rows + 1) <= band_bytes) ++rows;
    const std::int32_t most = rows;
    while (rows > 2 && !fits(rows)) --rows;
    if (!fits(rows))
        for (rows = most; !fits(rows);) ++rows;
    return rows;
}

std::size_t scratch_bytes_of(const DepthwiseConv2dParameters& p) {
    return static_cast<std::size_t>(16 + rt::nn::depthwise_strips_bytes(p, band_rows_of(p)));
}

bool suits(const Layer& layer) {
    constexpr std::int32_t longest = 4096;  // sizes stay far from overflow
    const DepthwiseConv2dParameters& p = layer.parameters;
    const auto& shifts = layer.tables.shift;
    const bool whole = p.low == -128 && p.high == 127;
    if (p.low != p.out_zero_point && !whole) return false;
    if (std::max({p.out_w, p.kernel_w * p.dilation_w, p.stride_w, p.kernel_h}) > longest) return false;
    return scratch_bytes_of(p) <= most_scratch_bytes && suits_vectors(layer.tables) &&
           std::all_of(shifts.begin(), shifts.end(), [](std::int8_t s) { return s >= -22; });
}

void apply(const Layer& layer, KernelPlan& plan) {
    DepthwiseConv2dParameters p = layer.parameters;
    p.band_rows = band_rows_of(p);
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", "helium");
    call.set_value("band_rows", p.band_rows);
    call.tables = {packed(layer.tables, p)};
    call.scratch_bytes = scratch_bytes_of(p);
    plan.may_overlap = {};
    if (p.channel_multiplier != 1) return;
    // Sixteen channels are finished before the next sixteen: moved by whole pixels, the output lies on those channels of the input alone,
    // and a band's rows are read before its first output is written.
    const auto band_pixels = static_cast<std::size_t>(p.band_rows) * static_cast<std::size_t>(p.out_w);
    const auto channels = static_cast<std::size_t>(p.out_c);
    plan.may_overlap = {{0, channels * overlap_distance(window_of_parameters(p), 1, 1, {band_pixels, true}), channels}};
}

}  // namespace

const Variant& helium() {
    static const Variant variant{{Isa::helium}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
