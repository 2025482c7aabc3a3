// 2-D convolution. weights [out_c][kernel_h][kernel_w][in_c / groups].
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct Conv2dParameters {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t dilation_h, dilation_w;
    int32_t pad_top, pad_left;
    int32_t groups;
    int32_t in_zero_point, out_zero_point;
    int32_t low, high;
    int32_t per_channel;
    int32_t split_bits;  ///< of kernels that rescale as split_rescale.hpp does; the reference has no use for it
};

MOTE_RT_INLINE void conv_2d_reference(const Conv2dParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                      const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    const int32_t depth = p.in_c / p.groups;
    const int32_t group_out_c = p.out_c / p.groups;
    for (int32_t oy = 0; oy < p.out_h; ++oy) {
        for (int32_t ox = 0; ox < p.out_w; ++ox) {
            const int8_t* w = weights;
            for (int32_t oc = 0; oc < p.out_c; ++oc) {
                const int8_t* group = in + oc / group_out_c * depth;
                uint32_t sum = static_cast<uint32_t>(bias[oc]);
                for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
                    const int32_t iy = oy * p.stride_h - p.pad_top + ky * p.dilation_h;
                    for (int32_t kx = 0; kx < p.kernel_w; ++kx, w += depth) {
                        const int32_t ix = ox * p.stride_w - p.pad_left + kx * p.dilation_w;
                        if (iy < 0 || iy >= p.in_h || ix < 0 || ix >= p.in_w) {
                            for (int32_t k = 0; k < depth; ++k) sum += product(p.in_zero_point, w[k]);
                        } else {
                            const int8_t* x = group + (iy * p.in_w + ix) * p.in_c;
                            for (int32_t k = 0; k < depth; ++k) sum += product(x[k], w[k]);
                        }
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
