// 2-D convolution of int16 activations. weights [out_c][kernel_h][kernel_w][in_c / groups]; what lies outside the input is 0.
#pragma once

#include "mote/rt/nn/i16.hpp"

namespace mote {
namespace rt {
namespace nn {

struct Conv2dI16Parameters {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left;
    int32_t groups;
    int32_t low, high;
    int32_t per_channel, is_wide;
};

MOTE_RT_INLINE uint64_t window_sum_i16(const Conv2dI16Parameters& p, const int16_t* group, const int8_t* weights, int32_t oy, int32_t ox) {
    const int32_t depth = p.in_c / p.groups;
    uint64_t sum = 0;
    for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
        const int32_t iy = oy * p.stride_h - p.pad_top + ky * p.dilation_h;
        for (int32_t kx = 0; kx < p.kernel_w; ++kx, weights += depth) {
            const int32_t ix = ox * p.stride_w - p.pad_left + kx * p.dilation_w;
            if (iy < 0 || iy >= p.in_h || ix < 0 || ix >= p.in_w) continue;
            sum += products_i16(group + (iy * p.in_w + ix) * p.in_c, weights, depth);
        }
    }
    return sum;
}

MOTE_RT_INLINE void conv_2d_i16_reference(const Conv2dI16Parameters& p, const int16_t* in, const int8_t* weights, const int32_t* bias,
                                          const int32_t* multiplier, const int8_t* shift, int16_t* out) {
    const int32_t depth = p.in_c / p.groups, outputs = p.out_c / p.groups, window = p.kernel_h * p.kernel_w * depth;
    for (int32_t oy = 0; oy < p.out_h; ++oy)
        for (int32_t ox = 0; ox < p.out_w; ++ox)
            for (int32_t oc = 0; oc < p.out_c; ++oc) {
                const uint64_t sum = window_sum_i16(p, in + oc / outputs * depth, weights + oc * window, oy, ox);
                *out++ = output_i16(p, sum + bias_i16(p, bias, oc), multiplier, shift, oc);
            }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
