// Sum of two tensors of one shape. Both are brought to one scale, 20 bits finer than twice the coarser of theirs. The output may lie
// where either input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct AddParameters {
    int32_t count;
    int32_t left_zero_point, left_multiplier, left_shift;
    int32_t right_zero_point, right_multiplier, right_shift;
    int32_t out_zero_point, out_multiplier, out_shift;
    int32_t low, high;
};

MOTE_RT_INLINE void add_reference(const AddParameters& p, const int8_t* left, const int8_t* right, int8_t* out) {
    constexpr int32_t unit = int32_t{1} << 20;
    for (int32_t i = 0; i < p.count; ++i) {
        const int32_t a = multiply((left[i] - p.left_zero_point) * unit, p.left_multiplier, p.left_shift);
        const int32_t b = multiply((right[i] - p.right_zero_point) * unit, p.right_multiplier, p.right_shift);
        const int32_t value = wrapping_add(multiply(wrapping_add(a, b), p.out_multiplier, p.out_shift), p.out_zero_point);
        out[i] = static_cast<int8_t>(clamp(value, p.low, p.high));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
