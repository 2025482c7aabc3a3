// Another scale and zero point, and a clamp: relu and relu6 that stand alone. The output may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct RescaleParameters {
    int32_t count;
    int32_t in_zero_point, out_zero_point;
    int32_t multiplier, shift;
    int32_t low, high;
};

MOTE_RT_INLINE void rescale_reference(const RescaleParameters& p, const int8_t* in, int8_t* out) {
    for (int32_t i = 0; i < p.count; ++i) {
        const int32_t value = wrapping_add(multiply(in[i] - p.in_zero_point, p.multiplier, p.shift), p.out_zero_point);
        out[i] = static_cast<int8_t>(clamp(value, p.low, p.high));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
