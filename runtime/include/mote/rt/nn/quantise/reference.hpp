// Real values to int8 or int16: round(x / scale) + zero_point, halves away from zero, held to the type's range; NaN becomes the zero point.
// The output may begin where the input begins.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct QuantiseParameters {
    int32_t count;
    int32_t zero_point;
};

template <class T>
MOTE_RT_INLINE T quantise_value(float x, float scale, int32_t zero_point) {
    constexpr int32_t most = sizeof(T) == 1 ? 127 : 32767;
    const float scaled = x / scale;
    // The comparisons are false for NaN. Beyond 70000 every value clamps; within, the conversion to an integer is exact.
    if (scaled >= 70000.0f) return static_cast<T>(most);
    if (scaled <= -70000.0f) return static_cast<T>(-most - 1);
    if (!(scaled == scaled)) return static_cast<T>(zero_point);
    const int32_t whole = static_cast<int32_t>(scaled);
    const float rest = scaled - static_cast<float>(whole);
    const int32_t rounded = whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
    return static_cast<T>(clamp(rounded + zero_point, -most - 1, most));
}

/// `scale` points to one value.
template <class T>
MOTE_RT_INLINE void quantise_reference(const QuantiseParameters& p, const float* in, const float* scale, T* out) {
    for (int32_t i = 0; i < p.count; ++i) out[i] = quantise_value<T>(in[i], *scale, p.zero_point);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
