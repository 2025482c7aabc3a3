// Convolution of each channel by itself. weights [kernel_h][kernel_w][out_c]; output channel c reads input channel c / multiplier.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct DepthwiseConv2dParameters {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left;
    int32_t channel_multiplier;
    int32_t in_zero_point, out_zero_point;
    int32_t low, high;
    int32_t per_channel;
    int32_t split_bits;  ///< of kernels that rescale as split_rescale.hpp does; the reference has no use for it
    int32_t band_rows;   ///< output rows that a kernel with scratch memory computes at once; the reference has no use for it
};

MOTE_RT_INLINE void depthwise_conv_2d_reference(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                const int32_t* bias, const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    for (int32_t oy = 0; oy < p.out_h; ++oy) {
        for (int32_t ox = 0; ox < p.out_w; ++ox) {
            for (int32_t oc = 0; oc < p.out_c; ++oc) {
                const int32_t ic = oc / p.channel_multiplier;
                uint32_t sum = static_cast<uint32_t>(bias[oc]);
                for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
                    const int32_t iy = oy * p.stride_h - p.pad_top + ky * p.dilation_h;
                    for (int32_t kx = 0; kx < p.kernel_w; ++kx) {
                        const int32_t ix = ox * p.stride_w - p.pad_left + kx * p.dilation_w;
                        const bool outside = iy < 0 || iy >= p.in_h || ix < 0 || ix >= p.in_w;
                        const int32_t x = outside ? p.in_zero_point : in[(iy * p.in_w + ix) * p.in_c + ic];
                        sum += product(x, weights[(ky * p.kernel_w + kx) * p.out_c + oc]);
                    }
                }
                const int32_t q = p.per_channel ? oc : 0;
                const int32_t value = wrapping_add(multiply(static_cast<int32_t>(sum), multiplier[q], shift[q]), p.out_zero_point);
                *out++ = static_cast<int8_t>(clamp(value, p.low, p.high));
            }
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
