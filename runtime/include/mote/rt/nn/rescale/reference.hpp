// Another scale and zero point, and a clamp: relu and its like that stand alone, and values quantised anew. The output may lie where the
// input lies.
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

template <class In, class Out>
MOTE_RT_INLINE void rescale_reference(const RescaleParameters& p, const In* in, Out* out) {
    for (int32_t i = 0; i < p.count; ++i) {
        const int32_t value = wrapping_add(multiply(in[i] - p.in_zero_point, p.multiplier, p.shift), p.out_zero_point);
        out[i] = static_cast<Out>(clamp(value, p.low, p.high));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
