// Real values to int8: round(x / scale) + zero_point, halves away from zero, held to [-128, 127]; NaN becomes the zero point. The output
// may begin where the input begins.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct QuantiseParameters {
    int32_t count;
    int32_t zero_point;
};

MOTE_RT_INLINE int8_t quantise_value(float x, float scale, int32_t zero_point) {
    const float scaled = x / scale;
    // The comparisons are false for NaN. Beyond 1000 every value clamps; within, the conversion to an integer is exact.
    if (scaled >= 1000.0f) return 127;
    if (scaled <= -1000.0f) return -128;
    if (!(scaled == scaled)) return static_cast<int8_t>(zero_point);
    const int32_t whole = static_cast<int32_t>(scaled);
    const float rest = scaled - static_cast<float>(whole);
    const int32_t rounded = whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
    return static_cast<int8_t>(clamp(rounded + zero_point, -128, 127));
}

/// `scale` points to one value.
MOTE_RT_INLINE void quantise_reference(const QuantiseParameters& p, const float* in, const float* scale, int8_t* out) {
    for (int32_t i = 0; i < p.count; ++i) out[i] = quantise_value(in[i], *scale, p.zero_point);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
