// The Arm DSP extension's arithmetic on pairs of 16-bit values, and the same in plain C++ for other cores, so that kernels written for it
// run and are tested everywhere. Memory is little-endian.
#pragma once

#include "mote/rt/nn/kernel.hpp"

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP && defined(__arm__)
#define MOTE_RT_ARM_DSP 1
#else
#define MOTE_RT_ARM_DSP 0
#endif

// Whole loop bodies in assembly need 13 registers, more than an unoptimised function has free.
#if MOTE_RT_ARM_DSP && defined(__OPTIMIZE__)
#define MOTE_RT_ARM_DSP_LOOPS 1
#else
#define MOTE_RT_ARM_DSP_LOOPS 0
#endif

namespace mote {
namespace rt {
namespace nn {

/// Four bytes from any address.
MOTE_RT_INLINE uint32_t load_word(const void* from) {
    uint32_t word;
    __builtin_memcpy(&word, from, sizeof word);
    return word;
}

/// Low and high half as signed numbers.
MOTE_RT_INLINE int32_t low_half(uint32_t x) { return static_cast<int16_t>(x & 0xffffu); }
MOTE_RT_INLINE int32_t high_half(uint32_t x) { return static_cast<int16_t>(x >> 16); }

/// Bytes 0 and 2, sign-extended to halves.
MOTE_RT_INLINE uint32_t even_bytes(uint32_t x) {
#if MOTE_RT_ARM_DSP
    uint32_t y;
    __asm__("sxtb16 %0, %1" : "=r"(y) : "r"(x));
    return y;
#else
    const uint32_t low = static_cast<uint16_t>(static_cast<int16_t>(static_cast<int8_t>(x & 0xffu)));
    const uint32_t high = static_cast<uint16_t>(static_cast<int16_t>(static_cast<int8_t>((x >> 16) & 0xffu)));
    return low | (high << 16);
#endif
}

/// Bytes 1 and 3, sign-extended to halves.
MOTE_RT_INLINE uint32_t odd_bytes(uint32_t x) {
#if MOTE_RT_ARM_DSP
    uint32_t y;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(y) : "r"(x));
    return y;
#else
    return even_bytes(x >> 8);
#endif
}

/// sum + x.low * y.low + x.high * y.high
MOTE_RT_INLINE int32_t dot_pair(uint32_t x, uint32_t y, int32_t sum) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("smlad %0, %1, %2, %3" : "=r"(z) : "r"(x), "r"(y), "r"(sum));
    return z;
#else
    return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(low_half(x) * low_half(y)) +
                                static_cast<uint32_t>(high_half(x) * high_half(y)));
#endif
}

/// sum + x.low * y.high, and sum + x.high * y.low
MOTE_RT_INLINE int32_t low_times_high(uint32_t x, uint32_t y, int32_t sum) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("smlabt %0, %1, %2, %3" : "=r"(z) : "r"(x), "r"(y), "r"(sum));
    return z;
#else
    return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(low_half(x) * high_half(y)));
#endif
}
MOTE_RT_INLINE int32_t high_times_low(uint32_t x, uint32_t y, int32_t sum) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("smlatb %0, %1, %2, %3" : "=r"(z) : "r"(x), "r"(y), "r"(sum));
    return z;
#else
    return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(high_half(x) * low_half(y)));
#endif
}

/// doubling_high_multiply() for |a| < 2^30: the doubled number fits 32 bits.
MOTE_RT_INLINE int32_t high_multiply_small(int32_t a, int32_t b) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("smmulr %0, %1, %2" : "=r"(z) : "r"(a << 1), "r"(b));
    return z;
#else
    return doubling_high_multiply(a, b);
#endif
}

/// Held to [-128, 127].
MOTE_RT_INLINE int32_t saturate_byte(int32_t x) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("ssat %0, #8, %1" : "=r"(z) : "r"(x));
    return z;
#else
    return clamp(x, -128, 127);
#endif
}

/// What turns a sum into an output of one channel, in the form that costs the fewest instructions: the zero point and the half that
/// rounding needs are one number. Holds for |sum| < 2^30 and shift < 0.
struct FastRescale {
    int32_t multiplier, half_and_zero, right;
};

MOTE_RT_INLINE FastRescale fast_rescale(int32_t multiplier, int32_t shift, int32_t zero_point) {
    return {multiplier, (2 * zero_point + 1) * (int32_t{1} << (-shift - 1)), -shift};
}

/// clamp(multiply(sum, multiplier, shift) + zero_point, low, high)
MOTE_RT_INLINE int8_t rescaled(int32_t sum, const FastRescale& r, int32_t low, int32_t high) {
    const int32_t scaled = high_multiply_small(sum, r.multiplier);
    int32_t value = saturate_byte((scaled + (scaled >> 31) + r.half_and_zero) >> r.right);
    if (low > -128) value = value < low ? low : value;
    if (high < 127) value = value > high ? high : value;
    return static_cast<int8_t>(value);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
