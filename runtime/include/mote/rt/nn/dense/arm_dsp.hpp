// Fully connected layer for cores with the DSP extension. Two weights share one 16-bit place as 256 * b + (a + 128): multiplied as it is,
// it gives 256 * B + A + 128 * (sum of inputs), and its high byte alone gives B; all modulo 2^32, so A is exact.
//
// weights: for each four output channels (a, b, c, d), for each four inputs: four words, the pairs (a, b) and (c, d) of inputs 0 and 2,
// then of inputs 1 and 3. Missing channels and inputs have weight 0. bias, multiplier and shift are padded to a multiple of 4 channels.
// Every multiplier and every shift is in the range of FastRescale (checked where the call is generated). scratch: 2 bytes for each input,
// their number rounded up to a multiple of 4.
#pragma once

#include "mote/rt/nn/dense/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

/// sums[0, 2] += sum of raw words, sums[1, 3] += sum of their high bytes, of inputs from `x` to `end`, a multiple of two words.
#if MOTE_RT_ARM_DSP_LOOPS
// LOAD: inputs 0 and 2 into r12, 1 and 3 into lr.
#define MOTE_RT_DENSE_DSP_STEP(LOAD)         \
    "ldmia r2!, {r8, r9, r10, r11}\n\t" LOAD \
    "smlad r4, r8, r12, r4\n\t"              \
    "sxtb16 r8, r8, ror #8\n\t"              \
    "smlad r6, r9, r12, r6\n\t"              \
    "sxtb16 r9, r9, ror #8\n\t"              \
    "smlad r5, r8, r12, r5\n\t"              \
    "smlad r7, r9, r12, r7\n\t"              \
    "smlad r4, r10, lr, r4\n\t"              \
    "sxtb16 r10, r10, ror #8\n\t"            \
    "smlad r6, r11, lr, r6\n\t"              \
    "sxtb16 r11, r11, ror #8\n\t"            \
    "smlad r5, r10, lr, r5\n\t"              \
    "smlad r7, r11, lr, r7\n\t"
// r0: inputs, r1: their end, r2: weights, r4 - r7: sums; by single steps until the bytes left are a multiple of four of them.
#define MOTE_RT_DENSE_DSP_DOT(LOAD, TAIL_BITS) \
    ".syntax unified\n\t"                                        \
    "push {r3, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"        \
    "ldmia r3, {r4, r5, r6, r7}\n"                               \
    "1:\n\t"                                                     \
    "subs r3, r1, r0\n\t"                                        \
    "beq 3f\n\t"                                                 \
    "tst r3, #" TAIL_BITS "\n\t"                                 \
    "beq 2f\n\t" MOTE_RT_DENSE_DSP_STEP(LOAD)                        \
    "b 1b\n"                                                     \
    "2:\n\t" MOTE_RT_DENSE_DSP_STEP(LOAD) MOTE_RT_DENSE_DSP_STEP(LOAD)   \
    MOTE_RT_DENSE_DSP_STEP(LOAD) MOTE_RT_DENSE_DSP_STEP(LOAD)            \
    "cmp r0, r1\n\t"                                             \
    "bne 2b\n"                                                   \
    "3:\n\t"                                                     \
    "ldr r3, [sp]\n\t"                                           \
    "stmia r3, {r4, r5, r6, r7}\n\t"                             \
    "pop {r3, r4, r5, r6, r7, r8, r9, r10, r11, pc}\n\t"
// Nearly all registers are in use: a function without a frame leaves none to the compiler.
__attribute__((naked, noinline)) inline void dense_dot(const uint32_t* /*x*/, const uint32_t* /*end*/, const int8_t* /*w*/,
                                                       int32_t* /*sums*/) {
    __asm__ volatile(MOTE_RT_DENSE_DSP_DOT("ldrd r12, lr, [r0], #8\n\t", "31"));
}
#else
inline void dense_dot(const uint32_t* x, const uint32_t* end, const int8_t* w, int32_t* sums) {
    for (; x != end; ++x, w += 8)
        for (int pair = 0; pair < 2; ++pair) {
            const uint32_t raw = load_word(w + 4 * pair);
            sums[2 * pair] = dot_pair(raw, *x, sums[2 * pair]);
            sums[2 * pair + 1] = dot_pair(odd_bytes(raw), *x, sums[2 * pair + 1]);
        }
}
#endif

/// Inputs as 16-bit values, zeros to a multiple of 4; returns their sum.
MOTE_RT_INLINE int32_t dense_expand(const int8_t* in, int32_t count, uint32_t* to) {
    constexpr uint32_t ones = 0x00010001u;
    int32_t total = 0;
    for (; count > 0; count -= 4, in += 4, to += 2) {
        uint32_t word = 0;
        if (count >= 4)
            word = load_word(in);
        else
            for (int32_t i = 0; i < 3 && i < count; ++i) word |= static_cast<uint32_t>(static_cast<uint8_t>(in[i])) << (8 * i);
        to[0] = even_bytes(word);
        to[1] = odd_bytes(word);
        total = dot_pair(to[0], ones, dot_pair(to[1], ones, total));
    }
    return total;
}

/// Inputs that were widened to 16 bits before.
struct DenseWidened {
    const uint32_t *x, *end;
    MOTE_RT_INLINE void dot(const int8_t* weights, int32_t* sums) const { dense_dot(x, end, weights, sums); }
};

/// The sums of four channels; offset: 128 times the sum of the inputs.
template <class Inputs>
MOTE_RT_INLINE void dense_four(const Inputs& inputs, const int8_t* weights, const int32_t* bias, uint32_t offset, int32_t* sums) {
    const uint32_t b = static_cast<uint32_t>(bias[1]), d = static_cast<uint32_t>(bias[3]);
    sums[0] = static_cast<int32_t>(static_cast<uint32_t>(bias[0]) + 256u * b - offset), sums[1] = static_cast<int32_t>(b);
    sums[2] = static_cast<int32_t>(static_cast<uint32_t>(bias[2]) + 256u * d - offset), sums[3] = static_cast<int32_t>(d);
    inputs.dot(weights, sums);
    sums[0] = static_cast<int32_t>(static_cast<uint32_t>(sums[0]) - 256u * static_cast<uint32_t>(sums[1]));
    sums[2] = static_cast<int32_t>(static_cast<uint32_t>(sums[2]) - 256u * static_cast<uint32_t>(sums[3]));
}

template <class Rescale, bool PerChannel, class Inputs>
inline __attribute__((noinline)) void dense_all_channels(const DenseParameters& p, const Inputs& inputs, uint32_t offset,
                                                         const int8_t* weights, const int32_t* bias, const int32_t* multiplier,
                                                         const int8_t* shift, int8_t* out) {
    const int32_t block = (p.in_c + 3) / 4 * 16;
    const Rescale common(multiplier[0], shift[0], p);
    int32_t sums[4];
    for (int32_t left = p.out_c; left > 0; left -= 4, weights += block, bias += 4) {
        dense_four(inputs, weights, bias, offset, sums);
        if (!PerChannel && left >= 4) {
            out[0] = common(sums[0]), out[1] = common(sums[1]), out[2] = common(sums[2]), out[3] = common(sums[3]);
            out += 4;
            continue;
        }
        for (int32_t c = 0; c < 4 && c < left; ++c) *out++ = (PerChannel ? Rescale(*multiplier++, *shift++, p) : common)(sums[c]);
    }
}

/// offset: 128 times the sum of the inputs.
template <class Inputs>
MOTE_RT_INLINE void dense_by_four(const DenseParameters& p, const Inputs& inputs, uint32_t offset, const int8_t* weights,
                                  const int32_t* bias, const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    with_fast_rescale(p, [&](auto rescale) {
        using Rescale = typename decltype(rescale)::type;
        if (p.per_channel)
            dense_all_channels<Rescale, true>(p, inputs, offset, weights, bias, multiplier, shift, out);
        else
            dense_all_channels<Rescale, false>(p, inputs, offset, weights, bias, multiplier, shift, out);
    });
}

MOTE_RT_INLINE void dense_arm_dsp(const DenseParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                  const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    const uint32_t offset = 128u * static_cast<uint32_t>(dense_expand(in, p.in_c, x));
    dense_by_four(p, DenseWidened{x, x + (p.in_c + 3) / 4 * 2}, offset, weights, bias, multiplier, shift, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
