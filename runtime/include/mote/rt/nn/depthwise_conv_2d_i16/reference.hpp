// Convolution of each channel of int16 activations by itself. weights [kernel_h][kernel_w][out_c]; what lies outside the input is 0.
#pragma once

#include "mote/rt/nn/i16.hpp"

namespace mote {
namespace rt {
namespace nn {

struct DepthwiseConv2dI16Parameters {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left;
    int32_t channel_multiplier;
    int32_t low, high;
    int32_t per_channel, is_wide;
};

MOTE_RT_INLINE void depthwise_conv_2d_i16_reference(const DepthwiseConv2dI16Parameters& p, const int16_t* in, const int8_t* weights,
                                                    const int32_t* bias, const int32_t* multiplier, const int8_t* shift, int16_t* out) {
    for (int32_t oy = 0; oy < p.out_h; ++oy)
        for (int32_t ox = 0; ox < p.out_w; ++ox)
            for (int32_t oc = 0; oc < p.out_c; ++oc) {
                const int32_t ic = oc / p.channel_multiplier;
                int64_t sum = 0;
                for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
                    const int32_t iy = oy * p.stride_h - p.pad_top + ky * p.dilation_h;
                    for (int32_t kx = 0; kx < p.kernel_w; ++kx) {
                        const int32_t ix = ox * p.stride_w - p.pad_left + kx * p.dilation_w;
                        if (iy < 0 || iy >= p.in_h || ix < 0 || ix >= p.in_w) continue;
                        sum += in[(iy * p.in_w + ix) * p.in_c + ic] * weights[(ky * p.kernel_w + kx) * p.out_c + oc];
                    }
                }
                *out++ = output_i16(p, static_cast<uint64_t>(sum) + bias_i16(p, bias, oc), multiplier, shift, oc);
            }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
