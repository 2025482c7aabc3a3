// Softmax in fixed point, bit for bit that of TensorFlow Lite (scale of the output 1/256, zero point -128), which uses the exponential and
// reciprocal of gemmlowp: Taylor polynomial around -1/8 on [-1/4, 0), a product of powers of e for the other bits, and three Newton steps.
// A raw number with n integer bits stands for raw * 2^(n - 31). The output may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct SoftmaxParameters {
    int32_t rows, depth;
    int32_t multiplier, shift;  ///< from a difference of inputs to a number with 5 integer bits; shift >= 0
    int32_t least_difference;   ///< below it the exponential counts as 0
};

/// x * 2^exponent, saturating; exponent > 0.
MOTE_RT_INLINE int32_t saturating_shift_left(int32_t x, int exponent) {
    const int64_t wide = static_cast<int64_t>(x) * (int64_t{1} << exponent);
    return wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : static_cast<int32_t>(wide);
}

/// exp(a) for a in [-1/4, 0), both with 0 integer bits.
inline int32_t exp_of_small_negative(int32_t a) {
    constexpr int32_t exp_of_minus_one_eighth = 1895147668, one_third = 715827883;
    const int32_t x = a + (int32_t{1} << 28);
    const int32_t x2 = doubling_high_multiply(x, x);
    const int32_t x3 = doubling_high_multiply(x2, x);
    const int32_t x4 = doubling_high_multiply(x2, x2);
    const int32_t x4_over_4 = rounding_shift_right(x4, 2);
    const int32_t tail = rounding_shift_right(doubling_high_multiply(x4_over_4 + x3, one_third) + x2, 1);
    return exp_of_minus_one_eighth + doubling_high_multiply(exp_of_minus_one_eighth, x + tail);
}

/// exp(a) with 0 integer bits, for a <= 0 with 5 integer bits.
inline int32_t exp_of_negative(int32_t a) {
    if (a == 0) return INT32_MAX;
    constexpr int32_t quarter = int32_t{1} << 24;
    const int32_t rest = (a & (quarter - 1)) - quarter;
    int32_t result = exp_of_small_negative(saturating_shift_left(rest, 5));
    const uint32_t steps = static_cast<uint32_t>(rest - a);
    // exp(-2^k) for k = -2, ..., 4, with 0 integer bits.
    constexpr int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    for (int k = 0; k < 7; ++k)
        if (steps & (uint32_t{1} << (24 + k))) result = doubling_high_multiply(result, factors[k]);
    return result;
}

/// 1 / (1 + a) with 0 integer bits, for a in [0, 1) with 0 integer bits.
inline int32_t reciprocal_of_one_plus(int32_t a) {
    constexpr int32_t forty_eight_over_17 = 1515870810, minus_32_over_17 = -1010580540, one = int32_t{1} << 29;
    const int32_t half_denominator = static_cast<int32_t>((static_cast<int64_t>(a) + INT32_MAX + 1) / 2);
    int32_t x = forty_eight_over_17 + doubling_high_multiply(half_denominator, minus_32_over_17);  // 2 integer bits
    for (int i = 0; i < 3; ++i) {
        const int32_t error = one - doubling_high_multiply(half_denominator, x);
        x += saturating_shift_left(doubling_high_multiply(x, error), 2);
    }
    return saturating_shift_left(x, 1);
}

inline void softmax_row(const SoftmaxParameters& p, const int8_t* in, int8_t* out) {
    int32_t most = -128;
    for (int32_t i = 0; i < p.depth; ++i) most = in[i] > most ? in[i] : most;
    uint32_t sum = 0;  // 12 integer bits
    for (int32_t i = 0; i < p.depth; ++i) {
        const int32_t difference = in[i] - most;
        if (difference < p.least_difference) continue;
        sum += static_cast<uint32_t>(rounding_shift_right(exp_of_negative(multiply(difference, p.multiplier, p.shift)), 12));
    }
    const int headroom = __builtin_clz(sum);
    const int32_t scale = reciprocal_of_one_plus(static_cast<int32_t>((sum << headroom) - 0x80000000u));
    const int32_t bits_over_unit = 12 - headroom;
    for (int32_t i = 0; i < p.depth; ++i) {
        const int32_t difference = in[i] - most;
        int32_t value = -128;
        if (difference >= p.least_difference) {
            const int32_t e = exp_of_negative(multiply(difference, p.multiplier, p.shift));
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
