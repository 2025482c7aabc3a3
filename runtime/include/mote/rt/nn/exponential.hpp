// Exponential, reciprocal, logistic function and hyperbolic tangent in fixed point, bit for bit those of gemmlowp's fixedpoint.h, which
// TensorFlow Lite's reference kernels use: Taylor polynomial around -1/8 on [-1/4, 0), a product of powers of e for the other bits, and
// three Newton steps for the reciprocal. A raw number with n integer bits stands for raw * 2^(n - 31).
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

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

/// exp(a) with 0 integer bits, for a <= 0 with so many integer bits (at most 5).
template <int integer_bits>
inline int32_t exp_of_negative(int32_t a) {
    if (a == 0) return INT32_MAX;
    constexpr int quarter_bit = 29 - integer_bits;
    constexpr int32_t quarter = int32_t{1} << quarter_bit;
    const int32_t rest = (a & (quarter - 1)) - quarter;
    int32_t result = exp_of_small_negative(saturating_shift_left(rest, integer_bits));
    const uint32_t steps = static_cast<uint32_t>(rest - a);
    // exp(-2^k) for k = -2, ..., 4, with 0 integer bits.
    constexpr int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    for (int k = 0; k < integer_bits + 2; ++k)
        if (steps & (uint32_t{1} << (quarter_bit + k))) result = doubling_high_multiply(result, factors[k]);
    return result;
}

/// 2 / (1 + a) with 2 integer bits, for a in [0, 1) with 0 integer bits.
inline int32_t twice_reciprocal_of_one_plus(int32_t a) {
    constexpr int32_t forty_eight_over_17 = 1515870810, minus_32_over_17 = -1010580540, one = int32_t{1} << 29;
    const int32_t half_denominator = static_cast<int32_t>((static_cast<int64_t>(a) + INT32_MAX + 1) / 2);
    int32_t x = forty_eight_over_17 + doubling_high_multiply(half_denominator, minus_32_over_17);
    for (int i = 0; i < 3; ++i) {
        const int32_t error = one - doubling_high_multiply(half_denominator, x);
        x += saturating_shift_left(doubling_high_multiply(x, error), 2);
    }
    return x;
}

/// 1 / (1 + a) with 0 integer bits, for a in [0, 1) with 0 integer bits.
inline int32_t reciprocal_of_one_plus(int32_t a) { return saturating_shift_left(twice_reciprocal_of_one_plus(a), 1); }

/// 1 / (1 + exp(-a)) with 0 integer bits.
template <int integer_bits>
inline int32_t logistic_of(int32_t a) {
    if (a == 0) return int32_t{1} << 30;
    const int32_t of_size = reciprocal_of_one_plus(exp_of_negative<integer_bits>(a > 0 ? -a : a));
    return a > 0 ? of_size : INT32_MAX - of_size;
}

/// tanh(a) with 0 integer bits; at most 4 integer bits.
template <int integer_bits>
inline int32_t tanh_of(int32_t a) {
    if (a == 0) return 0;
    // (1 - e) / (1 + e) for e = exp(-2 |a|): doubling is one integer bit more.
    const int32_t x = twice_reciprocal_of_one_plus(exp_of_negative<integer_bits + 1>(a > 0 ? -a : a));
    const int32_t of_size = saturating_shift_left(x - (int32_t{1} << 29), 2);
    return a > 0 ? of_size : -of_size;
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
