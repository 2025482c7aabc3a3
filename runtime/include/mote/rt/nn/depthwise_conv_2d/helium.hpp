// Convolution of each channel by itself for cores with Helium: a band of rows of 16 channels is spread into strips (mve_planes.hpp),
// padding included, where a window is one vector or a few. The bytes are those of the reference kernel.
//
// layer: for each output channel its weights, bias (int32), multiplier (int32), shift (int32) in [-22, -1]. Weights are those of MveBand
// for a kernel of up to 3 x 3 without strides (depthwise_in_pairs()) and for one that is a row (depthwise_in_series()), else [tiles
// down][tiles across][4 columns][4 rows], zeros beside the kernel. The clamp begins at the zero point or is that of the byte. scratch: 16
// bytes, then depthwise_strips_bytes().
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/mve_planes.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Two rows and two columns of outputs come from one tile.
MOTE_RT_INLINE constexpr bool depthwise_in_pairs(const DepthwiseConv2dParameters& p) {
    return p.kernel_h <= 3 && p.kernel_w <= 3 && p.stride_h == 1 && p.stride_w == 1 && p.dilation_h == 1 && p.dilation_w == 1 &&
           p.out_h > 1 && p.out_w > 1 && p.channel_multiplier == 1;
}
/// Rows that are series: four outputs come from one tile of 16 places.
MOTE_RT_INLINE constexpr bool depthwise_in_series(const DepthwiseConv2dParameters& p) {
    return p.kernel_h == 1 && p.stride_w <= 2 && p.kernel_w + 3 * p.stride_w <= 16 && p.dilation_w == 1 && p.channel_multiplier == 1 &&
           !depthwise_in_pairs(p);
}
/// A window is one tile.
MOTE_RT_INLINE constexpr bool depthwise_one_tile(const DepthwiseConv2dParameters& p) {
    return p.kernel_h <= 4 && p.kernel_w <= 4 && p.channel_multiplier == 1;
}
MOTE_RT_INLINE constexpr int32_t depthwise_tiles_down(const DepthwiseConv2dParameters& p) { return (p.kernel_h + 3) / 4; }
MOTE_RT_INLINE constexpr int32_t depthwise_tiles_across(const DepthwiseConv2dParameters& p) { return (p.kernel_w + 3) / 4; }

/// Columns of a strip: all that outputs read, and what lanes without an output do.
MOTE_RT_INLINE constexpr int32_t depthwise_columns(const DepthwiseConv2dParameters& p) {
    return depthwise_in_series(p)  ? (p.out_w - 1) / 4 * p.stride_w + 4
           : depthwise_in_pairs(p) ? p.out_w + 2
                                   : ((p.out_w + 3) / 4 * 4 - 1) * p.stride_w + (4 * depthwise_tiles_across(p) - 1) * p.dilation_w + 1;
}
/// For `rows` rows of output.
MOTE_RT_INLINE constexpr int32_t depthwise_strips(const DepthwiseConv2dParameters& p, int32_t rows) {
    return depthwise_in_pairs(p) ? (rows + 1) / 2 : rows * depthwise_tiles_down(p);
}
MOTE_RT_INLINE constexpr int32_t depthwise_strips_bytes(const DepthwiseConv2dParameters& p, int32_t rows) {
    return depthwise_strips(p, rows) * depthwise_columns(p) * mve_column_bytes;
}
MOTE_RT_INLINE constexpr int32_t depthwise_layer_bytes(const DepthwiseConv2dParameters& p) {
    return (depthwise_in_pairs(p) ? 12 : depthwise_in_series(p) ? 16 : 16 * depthwise_tiles_down(p) * depthwise_tiles_across(p)) + 12;
}

/// A strip whose first row is input row `iy`, of `height` rows that a kernel needs; its padding on the left and right is there already.
MOTE_RT_INLINE void depthwise_strip(const DepthwiseConv2dParameters& p, const int8_t* in, int32_t channel, int32_t count, int32_t iy,
                                    int32_t height, const int8_t* padding, int8_t* strip) {
    const int32_t room = depthwise_columns(p) - p.pad_left, width = room < p.in_w ? room : p.in_w;
    MveRow rows[4];
    for (int32_t r = 0; r < 4; ++r, iy += p.dilation_h) {
        const bool inside = r < height && iy >= 0 && iy < p.in_h;
        rows[r] = {unvectorised(inside ? in + iy * p.in_w * p.in_c + channel : padding), inside ? p.in_c : 0};
    }
    mve_spread(rows, count, width, strip + p.pad_left * mve_column_bytes);
}

/// The strip of a row that is a series, from `row` on (null: outside): column j are the places 4 j to 4 j + 3, padding included. Columns
/// that lie outside as a whole are there already.
MOTE_RT_INLINE void depthwise_series_strip(const DepthwiseConv2dParameters& p, const int8_t* row, int32_t count, const int8_t* padding,
                                           int8_t* strip) {
    const int32_t columns = depthwise_columns(p), end = p.in_w + p.pad_left;
    const int32_t first = (p.pad_left + 3) / 4, whole = end / 4 < columns ? end / 4 : columns;
    MveRow rows[4];
    for (int32_t j = p.pad_left / 4; j < columns && 4 * j < end;) {
        const bool inside = row != nullptr && j >= first && j < whole;
        for (int32_t r = 0; r < 4; ++r) {
            const int32_t x = 4 * j + r - p.pad_left;
            const bool here = row != nullptr && x >= 0 && x < p.in_w;
            rows[r] = {unvectorised(here ? row + x * p.in_c : padding), inside ? 4 * p.in_c : 0};
        }
        const int32_t width = inside ? whole - j : 1;
        mve_spread(rows, count, width, strip + j * mve_column_bytes);
        j += width;
    }
}

/// All strips for output rows [oy, oy + rows) of `count` channels.
MOTE_RT_INLINE void depthwise_spread_band(const DepthwiseConv2dParameters& p, const int8_t* in, int32_t channel, int32_t count, int32_t oy,
                                          int32_t rows, const int8_t* padding, int8_t* strips) {
    const int32_t strip_bytes = depthwise_columns(p) * mve_column_bytes, down = depthwise_tiles_down(p);
    for (int32_t s = 0; s < depthwise_strips(p, rows); ++s, strips += strip_bytes) {
        if (depthwise_in_series(p)) {
            const int32_t iy = (oy + s) * p.stride_h - p.pad_top;
            const int8_t* const row = iy >= 0 && iy < p.in_h ? in + iy * p.in_w * p.in_c + channel : nullptr;
            depthwise_series_strip(p, row, count, padding, strips);
        } else if (depthwise_in_pairs(p)) {
            const int32_t y = 2 * s + 1 < rows ? 2 * s : rows - 2;
            depthwise_strip(p, in, channel, count, oy + y - p.pad_top, 4, padding, strips);
        } else {
            const int32_t y = s / down, ky = s % down * 4;
            depthwise_strip(p, in, channel, count, (oy + y) * p.stride_h - p.pad_top + ky * p.dilation_h, p.kernel_h - ky, padding, strips);
        }
    }
}

struct DepthwiseRescale {
    int32_t bias, multiplier, shift;
};

/// Up to four outputs of a row, from the tiles of the first one on.
MOTE_RT_INLINE void depthwise_four(const DepthwiseConv2dParameters& p, const int8_t* tiles, const int8_t* w, const DepthwiseRescale& t,
                                   int32_t count, int8_t* out) {
    const int32_t strip_bytes = depthwise_columns(p) * mve_column_bytes;
    const int32_t next_tile = 4 * p.dilation_w * mve_column_bytes, next_output = p.stride_w * mve_column_bytes;
    int32_t sums[4] = {};
    for (int32_t ty = 0; ty < depthwise_tiles_down(p); ++ty)
        for (int32_t tx = 0; tx < depthwise_tiles_across(p); ++tx, w += 16) {
            const int8_t* const tile = tiles + ty * strip_bytes + tx * next_tile;
#pragma GCC unroll 4
            for (int32_t i = 0; i < 4; ++i) sums[i] = mve_tile_dot(tile + i * next_output, p.dilation_w * mve_column_bytes, w, sums[i]);
        }
    Lanes x = lanes_of(sums[0], sums[1], sums[2], sums[3]);
    x = rescaled(added(x, t.bias), t.multiplier, t.shift, p.low < p.out_zero_point);
    store_apart(clamped(added(x, p.out_zero_point), p.low, p.high), p.out_c, count, out);
}

/// Any kernel: output rows [0, rows) of the channel whose tiles begin at `tiles`.
MOTE_RT_INLINE void depthwise_rows(const DepthwiseConv2dParameters& p, const int8_t* tiles, const int8_t* w, int32_t rows, int8_t* out) {
    DepthwiseRescale t;
    __builtin_memcpy(&t, w + depthwise_layer_bytes(p) - 12, sizeof t);
    const int32_t row_bytes = depthwise_tiles_down(p) * depthwise_columns(p) * mve_column_bytes;
    for (int32_t y = 0; y < rows; ++y, tiles += row_bytes)
        for (int32_t x = 0; x < p.out_w; x += 4) {
            const int32_t count = p.out_w - x < 4 ? p.out_w - x : 4;
            depthwise_four(p, tiles + x * p.stride_w * mve_column_bytes, w, t, count, out);
            out += count * p.out_c;
        }
}

MOTE_RT_INLINE void depthwise_conv_2d_helium(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* layer, int8_t* out,
                                             void* scratch) {
    int8_t* const padding = static_cast<int8_t*>(scratch);
    int8_t* const strips = padding + 16;
    const int32_t strip_bytes = depthwise_columns(p) * mve_column_bytes, channel_bytes = depthwise_layer_bytes(p);
    fill_bytes(padding, 16 + depthwise_strips_bytes(p, p.band_rows), p.in_zero_point);
    for (int32_t channel = 0; channel < p.in_c; channel += 16) {
        const int32_t count = p.in_c - channel < 16 ? p.in_c - channel : 16, first = channel * p.channel_multiplier;
        const int8_t* const w = layer + first * channel_bytes;
        for (int32_t oy = 0; oy < p.out_h; oy += p.band_rows) {
            const int32_t rows = p.out_h - oy < p.band_rows ? p.out_h - oy : p.band_rows;
            int8_t* const to = out + oy * p.out_w * p.out_c + first;
            depthwise_spread_band(p, in, channel, count, oy, rows, padding, strips);
            const MveBand band{strips,
                               w,
                               to,
                               count,
                               rows,
                               p.out_w,
                               strip_bytes,
                               p.stride_w * mve_column_bytes,
                               p.dilation_w * mve_column_bytes,
                               p.out_c,
                               p.out_zero_point,
                               p.low,
                               p.high};
            if (depthwise_in_series(p))
                mve_band_series(band);
            else if (depthwise_in_pairs(p))
                mve_band_in_pairs(band);
            else if (depthwise_one_tile(p))
                mve_band_apart(band);
            else
                for (int32_t c = 0; c < count * p.channel_multiplier; ++c)
                    depthwise_rows(p, strips + 4 * (c / p.channel_multiplier), w + c * channel_bytes, rows, to + c);
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
