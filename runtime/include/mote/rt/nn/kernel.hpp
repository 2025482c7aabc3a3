// int8 kernels: how they are called.
//
// Every kernel is a plain function
//
//     kernel(parameters, inputs..., tables..., output[, scratch])
//
// `parameters` is a struct of whole numbers: sizes, zero points, limits. Generated code passes a constexpr object, and the function is
// always inlined, so the compiler knows every size; the host passes one filled at run time, and the same body computes the same bytes.
// Inputs and outputs are int8, channels last, without padding between rows. Tables are constants made at generation:
//
//     weights     int8, in the layout that the kernel's header names
//     bias        int32 an output channel: the layer's bias minus the input's zero point times the sum of the channel's weights; a place
//                 outside the input counts as one that holds the zero point
//     multiplier  int32, and
//     shift       int8: factor from accumulator to output as multiplier * 2^(shift - 31), multiplier in [2^30, 2^31) or 0; one an output
//                 channel when parameters.per_channel is 1, else one for all
//
// The arithmetic is that of TensorFlow Lite's int8 reference kernels, bit for bit: accumulation in int32, then a saturating rounding
// doubling high multiply, then a rounding shift right (Jacob et al., "Quantization and Training of Neural Networks for Efficient
// Integer-Arithmetic-Only Inference", 2018), then the zero point and the clamp to [low, high].
// A kernel family is a folder; reference.hpp runs everywhere, other files are faster on some cores and give the same bytes.
// Nothing here checks its arguments: the graph was verified where the call was generated.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MOTE_RT_INLINE inline __attribute__((always_inline))
// A function that several layers call. gcc 12 frees a frame on Armv6-M by popping into r0 to r3 after it has told callers which of these
// the function leaves alone (-fipa-ra): they must not be told.
#if defined(__GNUC__) && !defined(__clang__)
#define MOTE_RT_SHARED __attribute__((noipa))
#else
#define MOTE_RT_SHARED __attribute__((noinline))
#endif

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE int32_t clamp(int32_t x, int32_t low, int32_t high) { return x < low ? low : x > high ? high : x; }

/// After a kernel that only held its outputs to int8.
inline __attribute__((noinline)) void clamp_all(int8_t* values, int32_t count, int32_t low, int32_t high) {
    for (int32_t i = 0; i < count; ++i) values[i] = static_cast<int8_t>(clamp(values[i], low, high));
}

/// round(a * b / 2^31), halves towards plus infinity; b is not INT32_MIN. From halves of the words, with 32-bit products alone.
MOTE_RT_INLINE int32_t doubling_high_multiply_halves(int32_t a, int32_t b) {
    const int32_t a_low = static_cast<int16_t>(a & 0xffff), b_low = b & 0xffff, b_high = b >> 16;
    const int32_t a_high = (a >> 16) + (a_low < 0 ? 1 : 0);
    // Twice the high product wraps as the result does; of the two others the sum may need 33 bits.
    const int32_t first = ((a_low * b_low) >> 16) + a_low * b_high + 0x4000, second = a_high * b_low;
    const int32_t middle = (first >> 15) + (second >> 15) + (((first & 0x7fff) + (second & 0x7fff)) >> 15);
    return static_cast<int32_t>((static_cast<uint32_t>(a_high * b_high) << 1) + static_cast<uint32_t>(middle));
}

/// The same with a product of 64 bits, on cores that have such.
MOTE_RT_INLINE int32_t doubling_high_multiply(int32_t a, int32_t b) {
#if defined(__arm__) && defined(__thumb__) && !defined(__thumb2__)
    return doubling_high_multiply_halves(a, b);
#else
    return static_cast<int32_t>((static_cast<int64_t>(a) * b + (int64_t{1} << 30)) >> 31);
#endif
}

/// round(x / 2^exponent), halves away from zero; 0 <= exponent <= 31.
MOTE_RT_INLINE int32_t rounding_shift_right(int32_t x, int exponent) {
    const int32_t mask = static_cast<int32_t>((uint32_t{1} << exponent) - 1u);
    const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

/// x * multiplier * 2^(shift - 31) with the two roundings of TensorFlow Lite; -31 <= shift <= 30.
MOTE_RT_INLINE int32_t multiply(int32_t x, int32_t multiplier, int shift) {
    const int left = shift > 0 ? shift : 0;
    const int right = shift > 0 ? 0 : -shift;
    const int32_t scaled = static_cast<int32_t>(static_cast<uint32_t>(x) << left);
    return rounding_shift_right(doubling_high_multiply(scaled, multiplier), right);
}

/// Held to [-32768, 32767].
MOTE_RT_INLINE int32_t hold_to_half(int32_t x) {
#if defined(__arm__) && defined(__thumb2__)
    __asm__("ssat %0, #16, %0" : "+r"(x));
    return x;
#else
    const int32_t half = static_cast<int16_t>(x & 0xffff);
    return half == x ? x : (x >> 31) ^ 0x7fff;
#endif
}

/// multiply() of values of up to 2^30 in magnitude, in a shorter form where `multiplier` is in [2^30, 2^31) and `shift` in [-29, -1].
MOTE_RT_INLINE int32_t multiply_below_2_30(int32_t x, int32_t multiplier, int shift) {
    if (multiplier < int32_t{1} << 30 || shift > -1 || shift < -29) return multiply(x, multiplier, shift);
#if defined(__arm__) && defined(__thumb2__)
    // Taken as a signed word, the doubled multiplier is 2^32 too little.
    const int64_t product = static_cast<int64_t>(x) * static_cast<int32_t>(static_cast<uint32_t>(multiplier) << 1);
    const int32_t scaled = x + static_cast<int32_t>((product + (int64_t{1} << 31)) >> 32);
#else
    const int32_t scaled = doubling_high_multiply(x, multiplier);
#endif
    return (scaled + (scaled >> 31) + (int32_t{1} << (-shift - 1))) >> -shift;
}

/// One term of a sum of products of small values (the factors fit 9 and 8 bits): unsigned, so that the sum wraps where it overflows, as the
/// core's own instructions do.
MOTE_RT_INLINE uint32_t product(int32_t a, int32_t b) { return static_cast<uint32_t>(a * b); }

/// Scales beyond reason may reach the end of the range; there the sum wraps as the core's own instruction does.
MOTE_RT_INLINE int32_t wrapping_add(int32_t a, int32_t b) {
    return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}
MOTE_RT_INLINE int32_t wrapping_product(int32_t a, int32_t b) {
    return static_cast<int32_t>(static_cast<uint32_t>(a) * static_cast<uint32_t>(b));
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
