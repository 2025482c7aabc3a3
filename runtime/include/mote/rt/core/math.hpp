// The only transcendental functions of the product: the same bits on the host and on every chip, because each is a fixed sequence of
// IEEE single-precision operations (contraction off) and integers. Polynomials are near-minimax fits made for the intervals named.
// Errors, in units in the last place against the true value, as the tests measure over the whole range: log, log2, log10, exp, exp2,
// exp10, sin, cos, tanh 2 or less.
#pragma once

#include "mote/rt/core/bits.hpp"
#include "mote/rt/core/sqrt.hpp"

#include <stdint.h>

namespace mote {
namespace rt {

namespace detail {

/// x = 2^exponent * (1 + f), 1 + f in [sqrt(1/2), sqrt(2)); and log(1 + f) = f - (half_square - tail).
struct LogParts {
    float exponent;
    float f;
    float half_square;
    float tail;
};

/// For finite x > 0. With s = f / (2 + f): log(1 + f) = 2 atanh(s), a series in s^2 (Ng's form in FDLIBM e_log.c).
inline LogParts log_parts(float x) {
    uint32_t bits = bits_of(x);
    int exponent = 0;
    if (bits < 0x00800000u) bits = bits_of(x * 8388608.0f), exponent = -23;
    bits += 0x3f800000u - 0x3f3504f3u;
    exponent += static_cast<int>(bits >> 23) - 127;
    bits = (bits & 0x007fffffu) + 0x3f3504f3u;
    const float f = float_of(bits) - 1.0f;
    const float s = f / (2.0f + f);
    const float z = s * s;
    const float series = z * (0.66666666f + z * (0.40000122f + z * (0.28550821f + z * 0.23330467f)));
    const float half_square = 0.5f * f * f;
    return {static_cast<float>(exponent), f, half_square, s * (half_square + series)};
}

/// Whether a logarithm of x needs no computing; then `result` holds it.
inline bool log_is_special(float x, float* result) {
    const uint32_t bits = bits_of(x);
    if (bits - 1u < 0x7f800000u - 1u) return false;  // positive and finite
    if ((bits & 0x7fffffffu) == 0)
        *result = -infinity();
    else if (bits == 0x7f800000u)
        *result = x;
    else
        *result = quiet_nan();
    return true;
}

/// exponent * scale + log(1 + f) * factor, `factor` and `scale` each given in two parts, the first short enough to multiply exactly.
inline float log_to_base(const LogParts& p, float factor_high, float factor_low, float scale_high, float scale_low) {
    const float whole = p.f - p.half_square;
    const float high = float_of(bits_of(whole) & 0xfffff000u);
    const float low = (p.f - high) - p.half_square + p.tail;
    float y = low * factor_low + high * factor_low + low * factor_high + p.exponent * scale_low;
    // The two large terms last: exponent * scale_high + high * factor_high.
    const float big = p.exponent * scale_high;
    const float part = high * factor_high;
    const float sum = big + part;
    y += (big - sum) + part;
    return sum + y;
}

}  // namespace detail

/// Natural logarithm. log(0) = -infinity; NaN below zero.
inline float log(float x) {
    float special;
    if (detail::log_is_special(x, &special)) return special;
    const detail::LogParts p = detail::log_parts(x);
    return p.exponent * 0.693145752f - ((p.half_square - (p.tail + p.exponent * 1.42860677e-6f)) - p.f);
}

/// Logarithm to base 2.
inline float log2(float x) {
    float special;
    if (detail::log_is_special(x, &special)) return special;
    return detail::log_to_base(detail::log_parts(x), 1.44287109e+00f, -1.76052854e-04f, 1.0f, 0.0f);
}

/// Logarithm to base 10.
inline float log10(float x) {
    float special;
    if (detail::log_is_special(x, &special)) return special;
    return detail::log_to_base(detail::log_parts(x), 4.34326172e-01f, -3.16899619e-05f, 3.01025391e-01f, 4.60503907e-06f);
}

namespace detail {

/// e^r * 2^n for |r| <= log(2) / 2 and n in [-252, 254].
inline float exp_of_parts(float r, int n) {
    const float series = 0.5f + r * (0.16666577f + r * (0.041666554f + r * (0.0083632329f + r * 0.0013926251f)));
    return scale_by_power_of_two(1.0f + (r + r * r * series), n);
}

}  // namespace detail

/// e^x.
inline float exp(float x) {
    if (is_nan(x)) return x;
    if (x > 88.8f) return infinity();
    if (x < -104.0f) return 0.0f;
    const int n = round_to_int(x * 1.44269504f);
    const float whole = static_cast<float>(n);
    return detail::exp_of_parts((x - whole * 0.693145752f) - whole * 1.42860677e-6f, n);
}

/// 2^x.
inline float exp2(float x) {
    if (is_nan(x)) return x;
    if (x >= 128.0f) return infinity();
    if (x < -150.0f) return 0.0f;
    const int n = round_to_int(x);
    return detail::exp_of_parts((x - static_cast<float>(n)) * 0.693147181f, n);
}

/// 10^x.
inline float exp10(float x) {
    if (is_nan(x)) return x;
    if (x > 38.6f) return infinity();
    if (x < -45.2f) return 0.0f;
    const int n = round_to_int(x * 3.32192809f);
    const float whole = static_cast<float>(n);
    const float r = (x - whole * 0.301025391f) - whole * 4.60503907e-6f;  // exact, then one rounding
    return detail::exp_of_parts(r * 2.30258509f, n);
}

/// Hyperbolic tangent.
inline float tanh(float x) {
    const float size = absolute(x);
    if (is_nan(x)) return x;
    if (size < 0.55f) {
        const float z = x * x;
        return x + x * z * (-0.33333332f + z * (0.13333114f + z * (-0.053909429f + z * (0.021309389f + z * -0.0066102278f))));
    }
    const float y = size > 9.1f ? 1.0f : 1.0f - 2.0f / (exp(2.0f * size) + 1.0f);
    return x < 0.0f ? -y : y;
}

namespace detail {

struct Angle {
    float remainder;  ///< x minus quadrant * pi / 2, in [-pi/4, pi/4]
    uint32_t quadrant;
};

/// Exact for every finite float: x * 2 / pi modulo 4 in integers, over a window of the bits of 2 / pi (Payne and Hanek, 1983).
inline Angle reduce_angle(float x) {
    const uint32_t bits = bits_of(x) & 0x7fffffffu;
    if (bits <= 0x3f490fdau) return {x, 0u};
    static constexpr uint32_t two_over_pi[8] = {0,           0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
                                                0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};
    const uint32_t mantissa = (bits & 0x7fffffu) | 0x800000u;
    // The bits that only add multiples of 4 are skipped; 32 zeros stand before the fraction, so that small x need no other path.
    const int skip = static_cast<int>(bits >> 23) - 150 - 2 + 32;
    const uint32_t* words = two_over_pi + (skip >> 5);
    const int shift = skip & 31;
    uint32_t window[3];
    for (int i = 0; i < 3; ++i) window[i] = shift ? (words[i] << shift) | (words[i + 1] >> (32 - shift)) : words[i];
    const uint64_t product = (static_cast<uint64_t>(mantissa * window[0]) << 32) + static_cast<uint64_t>(mantissa) * window[1] +
                             ((static_cast<uint64_t>(mantissa) * window[2]) >> 32);
    uint32_t quadrant = static_cast<uint32_t>((product + (uint64_t{1} << 61)) >> 62) & 3u;
    const uint64_t fraction = product - (static_cast<uint64_t>(quadrant) << 62);  // signed, in units of 2^-62 quadrants
    bool negative = (fraction >> 63) != 0;
    const uint64_t size = negative ? ~fraction + 1u : fraction;
    float remainder = 0.0f;
    if (size != 0) {
        const int zeros = __builtin_clzll(size);
        const uint64_t radians = ((size << zeros) >> 32) * 0xc90fdaa2u;  // times pi / 2, in units of 2^-31
        remainder = static_cast<float>(static_cast<uint32_t>(radians >> 32)) * power_of_two(-29 - zeros);
    }
    if (bits_of(x) >> 31) negative = !negative, quadrant = (4u - quadrant) & 3u;
    return {negative ? -remainder : remainder, quadrant};
}

inline float sin_near_zero(float r) {
    const float z = r * r;
    return r + r * z * (-0.16666667f + z * (0.0083333319f + z * (-0.00019840087f + z * 2.7249926e-6f)));
}

inline float cos_near_zero(float r) {
    const float z = r * r;
    const float half = 0.5f * z;
    const float near_one = 1.0f - half;
    return near_one + (((1.0f - near_one) - half) + z * z * (0.041666665f + z * (-0.0013888303f + z * 2.4547942e-5f)));
}

}  // namespace detail

/// Sine of x radians, any finite x; NaN for infinity.
inline float sin(float x) {
    if ((bits_of(x) & 0x7fffffffu) >= 0x7f800000u) return quiet_nan();
    const detail::Angle a = detail::reduce_angle(x);
    const float y = (a.quadrant & 1u) ? detail::cos_near_zero(a.remainder) : detail::sin_near_zero(a.remainder);
    return (a.quadrant & 2u) ? -y : y;
}

/// Cosine of x radians, any finite x; NaN for infinity.
inline float cos(float x) {
    if ((bits_of(x) & 0x7fffffffu) >= 0x7f800000u) return quiet_nan();
    const detail::Angle a = detail::reduce_angle(x);
    const float y = (a.quadrant & 1u) ? detail::sin_near_zero(a.remainder) : detail::cos_near_zero(a.remainder);
    return ((a.quadrant + 1u) & 2u) ? -y : y;
}

}  // namespace rt
}  // namespace mote
