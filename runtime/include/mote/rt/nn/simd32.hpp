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

MOTE_RT_INLINE void store_word(void* to, uint32_t word) { __builtin_memcpy(to, &word, sizeof word); }

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

/// The low halves of x and y as low and high half; and the same of their high halves.
MOTE_RT_INLINE uint32_t low_halves(uint32_t x, uint32_t y) {
#if MOTE_RT_ARM_DSP
    uint32_t z;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(z) : "r"(x), "r"(y));
    return z;
#else
    return (x & 0xffffu) | (y << 16);
#endif
}
MOTE_RT_INLINE uint32_t high_halves(uint32_t x, uint32_t y) {
#if MOTE_RT_ARM_DSP
    uint32_t z;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(z) : "r"(y), "r"(x));
    return z;
#else
    return (x >> 16) | (y & 0xffff0000u);
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

/// sum + x.low * y.low, and sum + x.high * y.high
MOTE_RT_INLINE int32_t low_times_low(uint32_t x, uint32_t y, int32_t sum) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("smlabb %0, %1, %2, %3" : "=r"(z) : "r"(x), "r"(y), "r"(sum));
    return z;
#else
    return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(low_half(x) * low_half(y)));
#endif
}
MOTE_RT_INLINE int32_t high_times_high(uint32_t x, uint32_t y, int32_t sum) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("smlatt %0, %1, %2, %3" : "=r"(z) : "r"(x), "r"(y), "r"(sum));
    return z;
#else
    return static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(high_half(x) * high_half(y)));
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

/// The value in both halves.
MOTE_RT_INLINE constexpr uint32_t pair_of(int32_t x) { return (static_cast<uint32_t>(x) & 0xffffu) * 0x10001u; }

/// doubling_high_multiply(a, b) for b in [2^30, 2^31), given 2 * b. What doubling pushes out of 32 bits is a * 2^32.
MOTE_RT_INLINE int32_t high_multiply_doubled(int32_t a, uint32_t doubled) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("smmlar %0, %1, %2, %1" : "=r"(z) : "r"(a), "r"(doubled));
    return z;
#else
    return doubling_high_multiply(a, static_cast<int32_t>(doubled >> 1));
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

/// Held to [-32768, 32767].
MOTE_RT_INLINE int32_t saturate_half(int32_t x) {
#if MOTE_RT_ARM_DSP
    int32_t z;
    __asm__("ssat %0, #16, %1" : "=r"(z) : "r"(x));
    return z;
#else
    return clamp(x, -32768, 32767);
#endif
}

/// What turns a sum into an output of one channel, in the form that costs the fewest instructions: the zero point and the half that
/// rounding needs are one number. Holds for multipliers in [2^30, 2^31), shifts in [-22, -1] and |sum| < 2^30.
///
/// Ties: whether halves of negative numbers matter; they do not where the activation holds everything below the zero point at it.
/// Clamped: whether the activation's range is narrower than int8.
template <bool Ties, bool Clamped>
class FastRescale {
  public:
    template <class Parameters>
    MOTE_RT_INLINE FastRescale(int32_t multiplier, int32_t shift, const Parameters& p)
        : doubled_(static_cast<uint32_t>(multiplier) << 1),
          half_and_zero_((2 * p.out_zero_point + 1) * (int32_t{1} << (-shift - 1))),
          right_(-shift),
          low_(p.low),
          high_(p.high) {}

    /// clamp(multiply(sum, multiplier, shift) + zero_point, low, high)
    MOTE_RT_INLINE int8_t operator()(int32_t sum) const {
        int32_t scaled = high_multiply_doubled(sum, doubled_);
        if (Ties) scaled += scaled >> 31;
        const int32_t value = saturate_byte((scaled + half_and_zero_) >> right_);
        return static_cast<int8_t>(Clamped ? clamp(value, low_, high_) : value);
    }

    MOTE_RT_INLINE uint32_t doubled() const { return doubled_; }
    MOTE_RT_INLINE int32_t half_and_zero() const { return half_and_zero_; }
    MOTE_RT_INLINE int32_t right() const { return right_; }

  private:
    uint32_t doubled_;
    int32_t half_and_zero_, right_, low_, high_;
};

template <class T>
struct Type {
    using type = T;
};

/// run(Type<FastRescale<...>>()), with the one that costs least for the parameters' activation. Decided when code is compiled where the
/// parameters are constants.
template <class Parameters, class Run>
MOTE_RT_INLINE void with_fast_rescale(const Parameters& p, const Run& run) {
    if (p.low > -128 || p.high < 127)
        run(Type<FastRescale<true, true>>());
    else if (p.low < p.out_zero_point)
        run(Type<FastRescale<true, false>>());
    else
        run(Type<FastRescale<false, false>>());
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
