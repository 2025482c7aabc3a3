// nn/depthwise_conv_2d/pixel.hpp with Helium, four channels at a time. layer: for each four output channels, for each pixel, four weights
// (missing channels have 0); then the four channels' biases (int32), multipliers (int32) and shifts (int8), which lie in [-31, -1].
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/vector_lanes.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void depthwise_conv_2d_pixel_helium(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* layer, int8_t* out) {
    const int32_t pixels = p.in_h * p.in_w;
    for (int32_t c = 0; c < p.out_c; c += 4, layer += 4 * pixels + 36) {
        const int32_t count = p.out_c - c < 4 ? p.out_c - c : 4;
        const int8_t *x = in + c, *tables = layer + 4 * pixels;
#if MOTE_RT_MVE
        const mve_pred16_t some = vctp32q(static_cast<uint32_t>(count));
        int32x4_t sums = vreinterpretq_s32_s8(vld1q_s8(tables));
        const int8_t* w = layer;
        for (int32_t k = 0; k < pixels; ++k, x += p.in_c, w += 4) sums = vaddq_s32(sums, vmulq_s32(vldrbq_z_s32(x, some), vldrbq_s32(w)));
        sums = vqrdmulhq_s32(sums, vreinterpretq_s32_s8(vld1q_s8(tables + 16)));
        sums = vrshlq_s32(vaddq_s32(sums, vshrq_n_s32(sums, 31)), vldrbq_s32(tables + 32));
        sums = vaddq_n_s32(sums, p.out_zero_point);
        vstrbq_p_s32(out + c, vminq_s32(vmaxq_s32(sums, vdupq_n_s32(p.low)), vdupq_n_s32(p.high)), some);
#else
        int32_t bias[4], multiplier[4];
        __builtin_memcpy(bias, tables, sizeof bias);
        __builtin_memcpy(multiplier, tables + 16, sizeof multiplier);
        for (int32_t i = 0; i < count; ++i) {
            uint32_t sum = static_cast<uint32_t>(bias[i]);
            for (int32_t k = 0; k < pixels; ++k) sum += product(x[k * p.in_c + i], layer[4 * k + i]);
            const int32_t value = wrapping_add(multiply(static_cast<int32_t>(sum), multiplier[i], tables[32 + i]), p.out_zero_point);
            out[c + i] = static_cast<int8_t>(clamp(value, p.low, p.high));
        }
#endif
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
