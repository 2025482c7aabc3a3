// Product of two tensors for cores without 16-bit multiply-accumulates; the bytes are those of the reference kernel. The multiplier lies in
// [2^30, 2^31), the shift in [-14, -1] (checked where the call is generated). The output may lie where either input lies.
#pragma once

#include "mote/rt/nn/binary.hpp"
#include "mote/rt/nn/pairs_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void mul_words(const BinaryParameters& p, const int8_t* left, const int8_t* right, int8_t* out) {
    const PairsRescale<true> rescale(p.out_multiplier, p.out_shift);
    binary(
        p, left, right, out, [&](int32_t a, int32_t b) __attribute__((always_inline)) {
            return clamp(rescale((a - p.left_zero_point) * (b - p.right_zero_point)) + p.out_zero_point, p.low, p.high);
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
