// Sum of two tensors for cores with the DSP extension; the bytes are those of the reference kernel. The inputs' shifts lie in [-22, 0], the
// output's in [-22, -1], every multiplier in [2^30, 2^31) (checked where the call is generated). The output may lie where either input
// lies.
#pragma once

#include "mote/rt/nn/add/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

/// multiply(x * 2^20, multiplier, shift) for |x| < 2^8.
MOTE_RT_INLINE int32_t add_operand(int32_t x, int32_t multiplier, int32_t shift) {
    const int32_t scaled = high_multiply_doubled(x * (int32_t{1} << 20), static_cast<uint32_t>(multiplier) << 1);
    if (shift == 0) return scaled;
    return (scaled + (scaled >> 31) + (int32_t{1} << (-shift - 1))) >> -shift;
}

MOTE_RT_INLINE void add_arm_dsp(const AddParameters& p, const int8_t* left, const int8_t* right, int8_t* out) {
    with_fast_rescale(
        p, [&](auto rescale) __attribute__((always_inline)) {
            const typename decltype(rescale)::type r(p.out_multiplier, p.out_shift, p);
            for (int32_t i = 0; i < p.count; ++i) {
                const int32_t a = add_operand(left[i] - p.left_zero_point, p.left_multiplier, p.left_shift);
                const int32_t b = add_operand(right[i] - p.right_zero_point, p.right_multiplier, p.right_shift);
                out[i] = r(a + b);
            }
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
