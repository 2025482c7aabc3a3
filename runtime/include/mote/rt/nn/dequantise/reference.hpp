// int8 to real values: (x - zero_point) * scale.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct DequantiseParameters {
    int32_t count;
    int32_t zero_point;
};

/// `scale` points to one value.
template <class T>
MOTE_RT_INLINE void dequantise_reference(const DequantiseParameters& p, const T* in, const float* scale, float* out) {
    for (int32_t i = 0; i < p.count; ++i) out[i] = static_cast<float>(in[i] - p.zero_point) * *scale;
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
