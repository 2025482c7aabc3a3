// What element-wise operators of two tensors share: parameters and the loop. A size-1 dimension of one input is repeated along the other's.
#pragma once

#include "mote/rt/nn/walk.hpp"

namespace mote {
namespace rt {
namespace nn {

struct BinaryParameters {
    int32_t size_0, size_1, size_2, size_3, size_4, size_5;
    int32_t left_0, left_1, left_2, left_3, left_4, left_5;
    int32_t right_0, right_1, right_2, right_3, right_4, right_5;
    int32_t left_zero_point, left_multiplier, left_shift;
    int32_t right_zero_point, right_multiplier, right_shift;
    int32_t out_zero_point, out_multiplier, out_shift;
    int32_t unit_bits;  ///< inputs are brought to a common scale with so many bits more
    int32_t low, high;
};

/// An input less its zero point, on the common scale.
MOTE_RT_INLINE int32_t common_left(const BinaryParameters& p, int32_t x) {
    return multiply((x - p.left_zero_point) * (int32_t{1} << p.unit_bits), p.left_multiplier, p.left_shift);
}
MOTE_RT_INLINE int32_t common_right(const BinaryParameters& p, int32_t x) {
    return multiply((x - p.right_zero_point) * (int32_t{1} << p.unit_bits), p.right_multiplier, p.right_shift);
}

/// A result brought to the output's scale, zero point and range.
MOTE_RT_INLINE int32_t rescaled_output(const BinaryParameters& p, int32_t x) {
    return clamp(wrapping_add(multiply(x, p.out_multiplier, p.out_shift), p.out_zero_point), p.low, p.high);
}

/// out = function(left, right), in whole numbers.
template <class T, class Function>
MOTE_RT_INLINE void binary(const BinaryParameters& p, const T* left, const T* right, T* out, Function function) {
    walk_pairs(
        p, [&](int32_t l, int32_t r) __attribute__((always_inline)) {
            *out++ = static_cast<T>(function(static_cast<int32_t>(left[l]), static_cast<int32_t>(right[r])));
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
