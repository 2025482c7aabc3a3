// Convolution of each channel by itself, channel multiplier 1, no dilation, for cores with the DSP extension: a band of rows of four
// channels is spread into four planes of 16-bit values, padding included, and each plane is filtered with its weights in registers.
//
// weights: for each channel, for each kernel row, the row as 16-bit pairs (an odd width ends with 0); for a 3 x 3 kernel the pairs (0, 1)
// and (1, 2) instead, so that one word of input serves two outputs. Channels are padded to a multiple of 4 with zeros, bias, multiplier and
// shift too. Every shift is negative and no sum reaches 2^30 (checked where the call is generated). scratch: 4 planes of
// depthwise_plane_bytes().
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

/// 16-bit places of one row of a plane: all that the outputs of a row read, even.
MOTE_RT_INLINE constexpr int32_t depthwise_row(const DepthwiseConv2dParameters& p) {
    return ((p.out_w - 1) * p.stride_w + p.kernel_w + 2) / 2 * 2;
}
MOTE_RT_INLINE constexpr int32_t depthwise_band_height(const DepthwiseConv2dParameters& p, int32_t band_rows) {
    return (band_rows - 1) * p.stride_h + p.kernel_h;
}
MOTE_RT_INLINE constexpr int32_t depthwise_plane_bytes(const DepthwiseConv2dParameters& p, int32_t band_rows) {
    return 2 * depthwise_row(p) * depthwise_band_height(p, band_rows);
}

MOTE_RT_INLINE void depthwise_fill(int16_t* to, int32_t count, int32_t value) {
    for (int32_t i = 0; i < count; ++i) to[i] = static_cast<int16_t>(value);
}

/// Rows [first, first + height) of the padded input of four channels, to four planes whose padding on the left and right is there already.
MOTE_RT_INLINE void depthwise_spread(const DepthwiseConv2dParameters& p, const int8_t* in, int32_t channel, int32_t first, int32_t height,
                                     int32_t plane, int16_t* to) {
    const int32_t row = depthwise_row(p);
    const int32_t width = row - p.pad_left < p.in_w ? row - p.pad_left : p.in_w;
    const bool whole = channel + 4 <= p.in_c;
    for (int32_t y = 0; y < height; ++y, to += row) {
        const int32_t iy = first + y - p.pad_top;
        if (iy < 0 || iy >= p.in_h) {
            // The planes of a single band hold zero points here from the beginning.
            for (int32_t k = 0; k < 4 && p.band_rows < p.out_h; ++k) depthwise_fill(to + k * plane, row, p.in_zero_point);
            continue;
        }
        const int8_t* pixel = in + iy * p.in_w * p.in_c + channel;
        for (int32_t x = p.pad_left; x < p.pad_left + width; ++x, pixel += p.in_c) {
            uint32_t word = 0;
            if (whole)
                word = load_word(pixel);
            else
                for (int32_t k = 0; k < p.in_c - channel; ++k) word |= static_cast<uint32_t>(static_cast<uint8_t>(pixel[k])) << (8 * k);
            const uint32_t even = even_bytes(word), odd = odd_bytes(word);
            to[x] = static_cast<int16_t>(even);
            to[plane + x] = static_cast<int16_t>(odd);
            to[2 * plane + x] = static_cast<int16_t>(even >> 16);
            to[3 * plane + x] = static_cast<int16_t>(odd >> 16);
        }
    }
}

/// 3 x 3, stride 1: two outputs at a time.
MOTE_RT_INLINE void depthwise_3x3(const DepthwiseConv2dParameters& p, const int16_t* plane, const int16_t* w, int32_t bias,
                                  const FastRescale& r, int32_t rows, int8_t* out) {
    const int32_t row = depthwise_row(p);
    const uint32_t w0 = load_word(w), w1 = load_word(w + 2), w2 = load_word(w + 4);
    const uint32_t w3 = load_word(w + 6), w4 = load_word(w + 8), w5 = load_word(w + 10);
    for (int32_t y = 0; y < rows; ++y, plane += row) {
        const int16_t* x = plane;
        int8_t* to = out + y * p.out_w * p.out_c;
        for (int32_t i = 0; i < (p.out_w + 1) / 2; ++i, x += 2, to += 2 * p.out_c) {
            uint32_t u = load_word(x), v = load_word(x + 2);
            int32_t a = low_times_high(v, w1, dot_pair(u, w0, bias)), b = dot_pair(v, w1, high_times_low(u, w0, bias));
            u = load_word(x + row), v = load_word(x + row + 2);
            a = low_times_high(v, w3, dot_pair(u, w2, a)), b = dot_pair(v, w3, high_times_low(u, w2, b));
            u = load_word(x + 2 * row), v = load_word(x + 2 * row + 2);
            a = low_times_high(v, w5, dot_pair(u, w4, a)), b = dot_pair(v, w5, high_times_low(u, w4, b));
            to[0] = rescaled(a, r, p.low, p.high);
            if (2 * i + 1 < p.out_w) to[p.out_c] = rescaled(b, r, p.low, p.high);
        }
    }
}

/// Any kernel and stride: one output at a time, two places of a kernel row an instruction.
MOTE_RT_INLINE void depthwise_any(const DepthwiseConv2dParameters& p, const int16_t* plane, const int16_t* w, int32_t bias,
                                  const FastRescale& r, int32_t rows, int8_t* out) {
    const int32_t row = depthwise_row(p), pairs = (p.kernel_w + 1) / 2;
    for (int32_t y = 0; y < rows; ++y) {
        const int16_t* start = plane + y * p.stride_h * row;
        for (int32_t x = 0; x < p.out_w; ++x, start += p.stride_w, out += p.out_c) {
            int32_t sum = bias;
            for (int32_t ky = 0; ky < p.kernel_h; ++ky)
                for (int32_t k = 0; k < pairs; ++k)
                    sum = dot_pair(load_word(start + ky * row + 2 * k), load_word(w + 2 * (ky * pairs + k)), sum);
            *out = rescaled(sum, r, p.low, p.high);
        }
    }
}

MOTE_RT_INLINE constexpr bool depthwise_is_3x3(const DepthwiseConv2dParameters& p) {
    return p.kernel_h == 3 && p.kernel_w == 3 && p.stride_h == 1 && p.stride_w == 1;
}

MOTE_RT_INLINE void depthwise_conv_2d_arm_dsp(const DepthwiseConv2dParameters& p, const int8_t* in, const int16_t* weights,
                                              const int32_t* bias, const int32_t* multiplier, const int8_t* shift, int8_t* out,
                                              void* scratch) {
    const int32_t plane = depthwise_plane_bytes(p, p.band_rows) / 2;
    const int32_t words = p.kernel_h * (depthwise_is_3x3(p) ? 2 : (p.kernel_w + 1) / 2);
    int16_t* const planes = static_cast<int16_t*>(scratch);
    depthwise_fill(planes, 4 * plane, p.in_zero_point);
    for (int32_t channel = 0; channel < p.out_c; channel += 4) {
        const int32_t count = p.out_c - channel < 4 ? p.out_c - channel : 4;
        for (int32_t oy = 0; oy < p.out_h; oy += p.band_rows) {
            const int32_t rows = p.out_h - oy < p.band_rows ? p.out_h - oy : p.band_rows;
            depthwise_spread(p, in, channel, oy * p.stride_h, depthwise_band_height(p, rows), plane, planes);
            for (int32_t k = 0; k < count; ++k) {
                const int32_t c = channel + k, q = p.per_channel ? c : 0;
                const FastRescale r = fast_rescale(multiplier[q], shift[q], p.out_zero_point);
                const int16_t* w = weights + 2 * c * words;
                int8_t* to = out + oy * p.out_w * p.out_c + c;
                if (depthwise_is_3x3(p))
                    depthwise_3x3(p, planes + k * plane, w, bias[c], r, rows, to);
                else
                    depthwise_any(p, planes + k * plane, w, bias[c], r, rows, to);
            }
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
