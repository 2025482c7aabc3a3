// x, or alpha * x where x is below 0, each with a factor to the output's scale; the arithmetic of TensorFlow Lite's reference/leaky_relu.h.
// The output may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct LeakyReluParameters {
    int32_t count;
    int32_t in_zero_point, out_zero_point;
    int32_t multiplier, shift;
    int32_t below_multiplier, below_shift;
    int32_t low, high;
};

template <class T>
MOTE_RT_INLINE void leaky_relu_reference(const LeakyReluParameters& p, const T* in, T* out) {
    for (int32_t i = 0; i < p.count; ++i) {
        const int32_t x = in[i] - p.in_zero_point;
        const int32_t value = x >= 0 ? multiply(x, p.multiplier, p.shift) : multiply(x, p.below_multiplier, p.below_shift);
        out[i] = static_cast<T>(clamp(wrapping_add(value, p.out_zero_point), p.low, p.high));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
