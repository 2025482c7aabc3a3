// The IEEE square root, correctly rounded, without a call into a C library on any core.
#pragma once

#include "mote/rt/core/bits.hpp"

#include <stdint.h>

namespace mote {
namespace rt {

/// Square root by integers, for cores without a floating-point unit: one bit of the root a step, then rounding to nearest even.
inline float sqrt_by_integers(float x) {
    const uint32_t bits = bits_of(x);
    if ((bits & 0x7fffffffu) == 0) return x;
    if (bits & 0x80000000u) return quiet_nan();
    if (bits >= 0x7f800000u) return x;
    int exponent = static_cast<int>(bits >> 23) - 127;
    uint32_t mantissa = bits & 0x7fffffu;
    if (exponent == -127) {
        const int shift = __builtin_clz(mantissa) - 8;
        mantissa <<= shift;
        exponent = -126 - shift;
    } else {
        mantissa |= 0x800000u;
    }
    if (exponent & 1) mantissa <<= 1, --exponent;
    uint32_t remainder = 0, root = 0;
    uint32_t digits = mantissa << 7;  // 25 significant bits at most, from bit 31 down; then zeros
    for (int i = 0; i < 25; ++i) {
        remainder = (remainder << 2) | (digits >> 30);
        digits <<= 2;
        const uint32_t trial = (root << 2) | 1u;
        root <<= 1;
        if (remainder >= trial) remainder -= trial, root |= 1u;
    }
    // 25 bits of root: 24 kept, one to round by. A tie cannot happen: the root of a 24-bit number never ends after exactly 25 bits.
    const uint32_t rounded = (root + 1u) >> 1;
    return float_of((static_cast<uint32_t>(exponent / 2 + 127) << 23) + (rounded - 0x800000u));
}

/// Correctly rounded; NaN below zero. One instruction where the core has one (the compiler's builtin would add a call that sets errno).
inline float sqrt(float x) {
#if defined(__ARM_FP) && (__ARM_FP & 4) && !defined(__aarch64__) && !defined(__SOFTFP__)
    float root;
    __asm__("vsqrt.f32 %0, %1" : "=t"(root) : "t"(x));
    return root;
#elif defined(__aarch64__)
    float root;
    __asm__("fsqrt %s0, %s1" : "=w"(root) : "w"(x));
    return root;
#elif defined(__SSE__)
    float root;
    __asm__("sqrtss %1, %0" : "=x"(root) : "x"(x));
    return root;
#elif defined(__riscv_flen)
    float root;
    __asm__("fsqrt.s %0, %1" : "=f"(root) : "f"(x));
    return root;
#else
    return sqrt_by_integers(x);
#endif
}

}  // namespace rt
}  // namespace mote
