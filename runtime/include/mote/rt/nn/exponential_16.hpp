// Exponential, logistic function and hyperbolic tangent in 16-bit fixed point, bit for bit those of gemmlowp's fixedpoint.h over int16_t,
// which TensorFlow Lite's integer LSTM uses: the series of exponential.hpp with 16 bits kept after every step. A raw number with n integer
// bits stands for raw * 2^(n - 15); raw numbers are held in int32_t.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE constexpr int32_t saturate_16(int32_t x) { return x < -32768 ? -32768 : x > 32767 ? 32767 : x; }

/// rounding_shift_right() where x + 2^exponent fits; 1 <= exponent <= 30.
MOTE_RT_INLINE constexpr int32_t rounded_shift_16(int32_t x, int exponent) {
    return (x + (x < 0 ? -1 : 0) + (int32_t{1} << (exponent - 1))) >> exponent;
}

/// round(a * b / 2^15), halves towards plus infinity; not both are -2^15.
MOTE_RT_INLINE constexpr int32_t doubling_high_multiply_16(int32_t a, int32_t b) { return (a * b + 0x4000) >> 15; }

/// exp(a) for a in [-1/4, 0), both with 0 integer bits.
MOTE_RT_INLINE constexpr int32_t exp_of_small_negative_16(int32_t a) {
    constexpr int32_t exp_of_minus_one_eighth = 28918, one_third = 10923;
    const int32_t x = a + 4096;
    const int32_t x2 = doubling_high_multiply_16(x, x);
    const int32_t x3 = doubling_high_multiply_16(x2, x);
    const int32_t x4_over_4 = rounded_shift_16(doubling_high_multiply_16(x2, x2), 2);
    const int32_t tail = rounded_shift_16(doubling_high_multiply_16(x4_over_4 + x3, one_third) + x2, 1);
    return saturate_16(exp_of_minus_one_eighth + doubling_high_multiply_16(exp_of_minus_one_eighth, x + tail));
}

/// exp(a) with 0 integer bits, for a in [-2^15, 0] with so many integer bits (at most 7).
template <int integer_bits>
MOTE_RT_INLINE int32_t exp_of_negative_16(int32_t a) {
    if (a == 0) return 32767;
    if (integer_bits > 5 && a < -(int32_t{1} << (integer_bits > 5 ? 20 - integer_bits : 0))) return 0;
    constexpr int quarter_bit = 13 - integer_bits;
    constexpr int32_t quarter = int32_t{1} << quarter_bit;
    const int32_t rest = (a & (quarter - 1)) - quarter;
    int32_t result = exp_of_small_negative_16(rest * (int32_t{1} << integer_bits));
    const int32_t steps = rest - a;
    // exp(-2^k) for k = -2, ..., 4, with 0 integer bits.
    constexpr int32_t factors[] = {25520, 19875, 12055, 4435, 600, 11, 0};
    for (int k = 0; k < integer_bits + 2 && k < 7; ++k)
        if (steps & (quarter << k)) result = doubling_high_multiply_16(result, factors[k]);
    return result;
}

/// 2 / (1 + a) with 2 integer bits, for a in [0, 1) with 0 integer bits.
MOTE_RT_INLINE int32_t twice_reciprocal_of_one_plus_16(int32_t a) {
    constexpr int32_t forty_eight_over_17 = 23130, minus_32_over_17 = -15420, one = 8192;
    const int32_t half_denominator = (a + 32768) >> 1;
    int32_t x = forty_eight_over_17 + doubling_high_multiply_16(half_denominator, minus_32_over_17);
    for (int i = 0; i < 3; ++i) {
        const int32_t error = one - doubling_high_multiply_16(half_denominator, x);
        x += 4 * doubling_high_multiply_16(x, error);
    }
    return x;
}

/// 1 / (1 + exp(-a)) with 0 integer bits, for a in int16_t.
template <int integer_bits>
MOTE_RT_INLINE int32_t logistic_16(int32_t a) {
    if (a == 0) return 16384;
    const int32_t of_size = saturate_16(2 * twice_reciprocal_of_one_plus_16(exp_of_negative_16<integer_bits>(a > 0 ? -a : a)));
    return a > 0 ? of_size : 32767 - of_size;
}

/// tanh(a) with 0 integer bits, for a in int16_t with at most 6 integer bits.
template <int integer_bits>
MOTE_RT_INLINE int32_t tanh_16(int32_t a) {
    if (a == 0) return 0;
    // (1 - e) / (1 + e) for e = exp(-2 |a|): doubling is one integer bit more.
    const int32_t x = twice_reciprocal_of_one_plus_16(exp_of_negative_16<integer_bits + 1>(a > 0 ? -a : a));
    const int32_t of_size = saturate_16(4 * (x - 8192));
    return a > 0 ? of_size : -of_size;
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
