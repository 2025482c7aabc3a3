// The bits of a float, and powers of two made of them.
#pragma once

#include <stdint.h>

namespace mote {
namespace rt {

inline uint32_t bits_of(float x) {
    uint32_t bits;
    __builtin_memcpy(&bits, &x, sizeof bits);
    return bits;
}

inline float float_of(uint32_t bits) {
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

inline bool is_nan(float x) { return (bits_of(x) & 0x7fffffffu) > 0x7f800000u; }
/// By its bits, so that -ffast-math cannot take it away.
inline bool is_finite(float x) { return (bits_of(x) & 0x7f800000u) != 0x7f800000u; }
inline float infinity() { return float_of(0x7f800000u); }
inline float quiet_nan() { return float_of(0x7fc00000u); }
inline float absolute(float x) { return float_of(bits_of(x) & 0x7fffffffu); }

/// 2^n for n in [-126, 127].
inline float power_of_two(int n) { return float_of(static_cast<uint32_t>(n + 127) << 23); }

/// x * 2^n, rounded once, for n in [-252, 254].
inline float scale_by_power_of_two(float x, int n) {
    const int half = n / 2;
    return x * power_of_two(half) * power_of_two(n - half);
}

/// Nearest integer, halves away from zero; |x| < 2^31.
inline int32_t round_to_int(float x) { return static_cast<int32_t>(x < 0.0f ? x - 0.5f : x + 0.5f); }

}  // namespace rt
}  // namespace mote
