// Convolution of each channel of a series by itself, for cores with 64-bit products and nothing for small values (Armv7-M): the weights of
// a channel stay in registers while it passes. The input is one row, and so is the kernel, of up to 9 weights.
//
// weights: [out_c][kernel_w]. factors: nn/wide_rescale.hpp.
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/wide_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

constexpr int32_t depthwise_series_most = 9;

/// One output channel: the outputs [begin, end), whose windows lie inside the input, are made by the loop over pairs of outputs and the one
/// over single ones, those before and behind by looking at each place.
MOTE_RT_INLINE void depthwise_series_channel(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                             const WideRescale& rescale, int32_t begin, int32_t end, int8_t* out) {
    const int32_t step = p.dilation_w * p.in_c, stride = p.stride_w * p.in_c;
    uint32_t w[depthwise_series_most];
#pragma GCC unroll 9
    for (int32_t k = 0; k < p.kernel_w; ++k) w[k] = static_cast<uint32_t>(static_cast<int32_t>(weights[k]));
    const int8_t* x = in + (begin * p.stride_w - p.pad_left) * p.in_c;
    int8_t* to = out + begin * p.out_c;
    int32_t left = end - begin;
    // Outputs beside each other share what they read.
    if (p.stride_w == 1 && p.dilation_w == 1)
        for (; left >= 2; left -= 2, x += 2 * stride, to += 2 * p.out_c) {
            uint32_t a = 0, b = 0;
#pragma GCC unroll 9
            for (int32_t k = 0; k <= p.kernel_w; ++k) {
                const uint32_t value = static_cast<uint32_t>(static_cast<int32_t>(x[k * step]));
                if (k < p.kernel_w) a += value * w[k];
                if (k > 0) b += value * w[k - 1];
            }
            to[0] = rescale(a);
            to[p.out_c] = rescale(b);
        }
    for (; left > 0; --left, x += stride, to += p.out_c) {
        uint32_t sum = 0;
#pragma GCC unroll 9
        for (int32_t k = 0; k < p.kernel_w; ++k) sum += static_cast<uint32_t>(static_cast<int32_t>(x[k * step])) * w[k];
        *to = rescale(sum);
    }
}

/// One output at an edge.
inline __attribute__((noinline)) uint32_t depthwise_series_edge(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                                int32_t ox) {
    uint32_t sum = 0, outside = 0;
    const int8_t* const last = weights + p.kernel_w;
    int32_t x = ox * p.stride_w - p.pad_left;
    for (; weights != last && x < 0; x += p.dilation_w) outside += static_cast<uint32_t>(static_cast<int32_t>(*weights++));
    for (const int8_t* from = in + x * p.in_c; weights != last && x < p.in_w; x += p.dilation_w, from += p.dilation_w * p.in_c)
        sum += product(*from, *weights++);
    for (; weights != last;) outside += static_cast<uint32_t>(static_cast<int32_t>(*weights++));
    return sum + outside * static_cast<uint32_t>(p.in_zero_point);
}

MOTE_RT_INLINE void depthwise_conv_2d_series(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                             const int32_t* factors, int8_t* out) {
    const int32_t before = (p.pad_left + p.stride_w - 1) / p.stride_w, begin = before < p.out_w ? before : p.out_w;
    const int32_t room = p.in_w + p.pad_left - (p.kernel_w - 1) * p.dilation_w - 1;
    const int32_t behind = room < 0 ? 0 : room / p.stride_w + 1, last = behind < p.out_w ? behind : p.out_w;
    const int32_t end = last > begin ? last : begin;
    WideRescale rescale(p, {factors}, 0);
    for (int32_t oc = 0;;) {
        const int8_t* const from = in + oc / p.channel_multiplier;
        for (int32_t ox = 0; ox < begin; ++ox) out[ox * p.out_c + oc] = rescale(depthwise_series_edge(p, from, weights, ox));
        depthwise_series_channel(p, from, weights, rescale, begin, end, out + oc);
        for (int32_t ox = end; ox < p.out_w; ++ox) out[ox * p.out_c + oc] = rescale(depthwise_series_edge(p, from, weights, ox));
        if (++oc == p.out_c) return;
        rescale.next_channel();
        weights += p.kernel_w;
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
