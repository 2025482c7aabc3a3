// Depthwise convolution whose only window is the whole input, as a layer has that sees one step of a series at a time: each channel is a
// sum over pixels. Four channels at a time with the DSP extension, one at a time without it.
//
// weights: [in_h * in_w][out_c], as the graph holds them; channel_multiplier is 1. The rescaling is that of nn/wide_rescale.hpp or
// nn/split_rescale.hpp, whose tables follow.
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/simd32.hpp"
#include "mote/rt/nn/split_rescale.hpp"
#include "mote/rt/nn/wide_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

/// sums = those of four channels.
MOTE_RT_INLINE void depthwise_pixel_four(const int8_t* in, const int8_t* weights, int32_t pixels, int32_t channels, int32_t (&sums)[4]) {
    sums[0] = sums[1] = sums[2] = sums[3] = 0;
    for (; pixels > 0; --pixels, in += channels, weights += channels) {
        const uint32_t x = load_word(in), w = load_word(weights), x_even = even_bytes(x), w_even = even_bytes(w), x_odd = odd_bytes(x),
                       w_odd = odd_bytes(w);
        sums[0] = low_times_low(x_even, w_even, sums[0]);
        sums[1] = low_times_low(x_odd, w_odd, sums[1]);
        sums[2] = high_times_high(x_even, w_even, sums[2]);
        sums[3] = high_times_high(x_odd, w_odd, sums[3]);
    }
}

template <class Rescale>
MOTE_RT_INLINE void depthwise_pixel(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights, Rescale rescale,
                                    int8_t* out) {
    const int32_t pixels = p.in_h * p.in_w, channels = p.out_c;
    int32_t c = 0;
#if MOTE_RT_ARM_DSP || !defined(__arm__)
    for (; c + 4 <= channels; c += 4) {
        int32_t sums[4];
        depthwise_pixel_four(in + c, weights + c, pixels, channels, sums);
        for (int32_t i = 0; i < 4; ++i) {
            out[c + i] = rescale(static_cast<uint32_t>(sums[i]) + rescale.bias());
            if (c + i + 1 < channels) rescale.next_channel();
        }
    }
#endif
    for (; c < channels; ++c) {
        uint32_t sum = rescale.bias();
        const int8_t *x = in + c, *w = weights + c;
        for (int32_t k = 0; k < pixels; ++k, x += channels, w += channels) sum += product(*x, *w);
        out[c] = rescale(sum);
        if (c + 1 < channels) rescale.next_channel();
    }
}

MOTE_RT_INLINE void depthwise_conv_2d_pixel(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                            const int32_t* factors, int8_t* out) {
    depthwise_pixel(p, in, weights, WideRescale(p, {factors}, 0), out);
}

MOTE_RT_INLINE void depthwise_conv_2d_pixel_split(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                  const int32_t* bias, const int32_t* factors, int8_t* out) {
    depthwise_pixel(p, in, weights, SplitRescale(p, {bias, factors}, 0), out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
