// Convolution of each channel by itself for NEON and AVX2: sixteen channels at once. The bytes are those of the reference kernel.
//
// layer: for each sixteen channels (what is missing to a multiple of 16 is 0) weights [kernel_h][kernel_w][16], then 16 biases (int32),
// 16 multipliers (int32) and 16 shifts (int8) in [-31, -1]. channel_multiplier is 1.
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/vector_channels.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE constexpr int32_t depthwise_vector_block_bytes(const DepthwiseConv2dParameters& p) {
    return 16 * p.kernel_h * p.kernel_w + 16 * 9;
}

/// Sixteen bytes at `from`, or where the input ends before, as many as there are.
MOTE_RT_INLINE const int8_t* sixteen_bytes(const int8_t* from, const int8_t* end, int8_t (&copy)[16]) {
    const ptrdiff_t left = end - from;
    if (left >= 16) return from;
    __builtin_memcpy(copy, from, static_cast<size_t>(left));
    return copy;
}

/// Up to sixteen outputs of one pixel, whose window begins at input row `top` and column `left`.
MOTE_RT_INLINE void depthwise_vector_pixel(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* end, const int8_t* padding,
                                           const int8_t* w, int32_t top, int32_t left, int32_t channel, int32_t count, int8_t* out) {
    ChannelSums sums = {};
    int8_t copy[16] = {};
    for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
        const int32_t iy = top + ky * p.dilation_h;
        for (int32_t kx = 0; kx < p.kernel_w; ++kx, w += 16) {
            const int32_t ix = left + kx * p.dilation_w;
            const bool inside = iy >= 0 && iy < p.in_h && ix >= 0 && ix < p.in_w;
            add_products(sums, inside ? sixteen_bytes(in + (iy * p.in_w + ix) * p.in_c + channel, end, copy) : padding, w);
        }
    }
    for (int32_t i = 0; i < 4 && 4 * i < count; ++i) {
        const Quad biased = added(quad_of(sums, i), load_quad(w + 16 * i));
        const Quad y = added(rescaled(biased, load_quad(w + 64 + 16 * i), widened(w + 128 + 4 * i)), quad_of(p.out_zero_point));
        store_quad(clamped(y, p.low, p.high), count - 4 * i < 4 ? count - 4 * i : 4, out + 4 * i);
    }
}

MOTE_RT_INLINE void depthwise_conv_2d_vector(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* layer, int8_t* out) {
    const int8_t* const end = in + p.in_h * p.in_w * p.in_c;
    int8_t padding[16];
    for (int8_t& value : padding) value = static_cast<int8_t>(p.in_zero_point);
    for (int32_t oy = 0; oy < p.out_h; ++oy)
        for (int32_t ox = 0; ox < p.out_w; ++ox, out += p.out_c) {
            const int8_t* w = layer;
            for (int32_t c = 0; c < p.out_c; c += 16, w += depthwise_vector_block_bytes(p))
                depthwise_vector_pixel(p, in, end, padding, w, oy * p.stride_h - p.pad_top, ox * p.stride_w - p.pad_left, c,
                                       p.out_c - c < 16 ? p.out_c - c : 16, out + c);
        }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
