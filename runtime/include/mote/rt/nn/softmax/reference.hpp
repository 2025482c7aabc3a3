// Softmax in fixed point, bit for bit that of TensorFlow Lite (scale of the output 1/256, zero point -128). The output may lie where the
// input lies.
#pragma once

#include "mote/rt/nn/exponential.hpp"

namespace mote {
namespace rt {
namespace nn {

struct SoftmaxParameters {
    int32_t rows, depth;
    int32_t multiplier, shift;  ///< from a difference of inputs to a number with 5 integer bits; shift >= 0
    int32_t least_difference;   ///< below it the exponential counts as 0
};

inline void softmax_row(const SoftmaxParameters& p, const int8_t* in, int8_t* out) {
    int32_t most = -128;
    for (int32_t i = 0; i < p.depth; ++i) most = in[i] > most ? in[i] : most;
    uint32_t sum = 0;  // 12 integer bits
    for (int32_t i = 0; i < p.depth; ++i) {
        const int32_t difference = in[i] - most;
        if (difference < p.least_difference) continue;
        sum += static_cast<uint32_t>(rounding_shift_right(exp_of_negative<5>(multiply(difference, p.multiplier, p.shift)), 12));
    }
    const int headroom = __builtin_clz(sum);
    const int32_t scale = reciprocal_of_one_plus(static_cast<int32_t>((sum << headroom) - 0x80000000u));
    const int32_t bits_over_unit = 12 - headroom;
    for (int32_t i = 0; i < p.depth; ++i) {
        const int32_t difference = in[i] - most;
        int32_t value = -128;
        if (difference >= p.least_difference) {
            const int32_t e = exp_of_negative<5>(multiply(difference, p.multiplier, p.shift));
            const int32_t unit = doubling_high_multiply(scale, e);
            const int exponent = bits_over_unit + 31 - 8;  // above 31 the probability is below half of 1/256
            value = exponent > 31 ? -128 : clamp(rounding_shift_right(unit, exponent) - 128, -128, 127);
        }
        out[i] = static_cast<int8_t>(value);
    }
}

MOTE_RT_INLINE void softmax_reference(const SoftmaxParameters& p, const int8_t* in, int8_t* out) {
    for (int32_t row = 0; row < p.rows; ++row) softmax_row(p, in + row * p.depth, out + row * p.depth);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
