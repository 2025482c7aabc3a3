// Mean over axes that lie together: input [outer][reduced][inner], output [outer][inner].
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct MeanParameters {
    int32_t outer, reduced, inner;
    int32_t in_zero_point, out_zero_point;
    int32_t multiplier, shift;
};

MOTE_RT_INLINE void mean_reference(const MeanParameters& p, const int8_t* in, int8_t* out) {
    for (int32_t o = 0; o < p.outer; ++o, in += p.reduced * p.inner) {
        for (int32_t i = 0; i < p.inner; ++i) {
            int32_t sum = 0;
            for (int32_t r = 0; r < p.reduced; ++r) sum += in[r * p.inner + i] - p.in_zero_point;
            const int32_t scaled = multiply(sum, p.multiplier, p.shift);
            const int32_t half = p.reduced / 2;
            const int32_t mean = scaled > 0 ? wrapping_add(scaled, half) / p.reduced : wrapping_add(scaled, -half) / p.reduced;
            *out++ = static_cast<int8_t>(clamp(wrapping_add(mean, p.out_zero_point), -128, 127));
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
