// x, or alpha * x where x is below 0; the arithmetic of TensorFlow Lite's reference/prelu.h. The factor of values from 0 up is the left
// one, that of the others the output's.
#pragma once

#include "mote/rt/nn/binary.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void prelu_reference(const BinaryParameters& p, const T* in, const T* alpha, T* out) {
    binary(p, in, alpha, out, [&](int32_t a, int32_t b) {
        const int32_t x = a - p.left_zero_point;
        const int32_t value = x >= 0 ? multiply(x, p.left_multiplier, p.left_shift)
                                     : multiply(wrapping_product(x, b - p.right_zero_point), p.out_multiplier, p.out_shift);
        return clamp(wrapping_add(value, p.out_zero_point), p.low, p.high);
    });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
