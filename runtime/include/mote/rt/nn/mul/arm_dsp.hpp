// Product of two tensors for cores with the DSP extension; the bytes are those of the reference kernel. The multiplier lies in
// [2^30, 2^31), the shift in [-22, -1] (checked where the call is generated). The output may lie where either input lies.
#pragma once

#include "mote/rt/nn/binary.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void mul_arm_dsp(const BinaryParameters& p, const int8_t* left, const int8_t* right, int8_t* out) {
    with_fast_rescale(
        p, [&](auto rescale) __attribute__((always_inline)) {
            const typename decltype(rescale)::type r(p.out_multiplier, p.out_shift, p);
            binary(
                p, left, right, out, [&](int32_t a, int32_t b) __attribute__((always_inline)) {
                    return r((a - p.left_zero_point) * (b - p.right_zero_point));
                });
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
