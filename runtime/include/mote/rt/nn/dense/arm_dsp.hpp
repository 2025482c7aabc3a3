// Fully connected layer for cores with the DSP extension. Two weights share one 16-bit place as 256 * b + (a + 128): multiplied as it is,
// it gives 256 * B + A + 128 * (sum of inputs), and its high byte alone gives B; all modulo 2^32, so A is exact.
//
// weights: for each eight output channels, for each four inputs in the order 0 2 1 3, two at a time: four words, word j holding channels a
// = 2j and b = 2j + 1 of the eight as above. Weights lie in [-127, 127]; missing channels and inputs have weight 0. bias, multiplier and
// shift are padded to a multiple of 8 channels. Every shift is negative and no sum reaches 2^30 (checked where the call is generated).
// scratch: 2 bytes for each input, their number rounded up to a multiple of 4.
#pragma once

#include "mote/rt/nn/dense/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

/// sums[2j] += sum of raw words j, sums[2j + 1] += sum of their high bytes, over `words` words of input.
inline __attribute__((noinline)) void dense_dot(const uint32_t* x, const int8_t* w, int32_t words, int32_t (&sums)[8]) {
    int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3], s4 = sums[4], s5 = sums[5], s6 = sums[6], s7 = sums[7];
    for (; words > 0; --words) {
#if MOTE_RT_ARM_DSP_LOOPS
        uint32_t raw, high, v;
        __asm__ volatile(
            "ldr %[v], [%[x]], #4\n\t"
            "ldr %[raw], [%[w]], #4\n\t"
            "sxtb16 %[high], %[raw], ror #8\n\t"
            "smlad %[s0], %[raw], %[v], %[s0]\n\t"
            "smlad %[s1], %[high], %[v], %[s1]\n\t"
            "ldr %[raw], [%[w]], #4\n\t"
            "sxtb16 %[high], %[raw], ror #8\n\t"
            "smlad %[s2], %[raw], %[v], %[s2]\n\t"
            "smlad %[s3], %[high], %[v], %[s3]\n\t"
            "ldr %[raw], [%[w]], #4\n\t"
            "sxtb16 %[high], %[raw], ror #8\n\t"
            "smlad %[s4], %[raw], %[v], %[s4]\n\t"
            "smlad %[s5], %[high], %[v], %[s5]\n\t"
            "ldr %[raw], [%[w]], #4\n\t"
            "sxtb16 %[high], %[raw], ror #8\n\t"
            "smlad %[s6], %[raw], %[v], %[s6]\n\t"
            "smlad %[s7], %[high], %[v], %[s7]\n\t"
            : [x] "+r"(x), [w] "+r"(w), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3), [s4] "+r"(s4), [s5] "+r"(s5),
              [s6] "+r"(s6), [s7] "+r"(s7), [raw] "=&r"(raw), [high] "=&r"(high), [v] "=&r"(v)
            :
            : "memory");
#else
        const uint32_t v = *x++;
        s0 = dot_pair(load_word(w), v, s0), s1 = dot_pair(odd_bytes(load_word(w)), v, s1);
        s2 = dot_pair(load_word(w + 4), v, s2), s3 = dot_pair(odd_bytes(load_word(w + 4)), v, s3);
        s4 = dot_pair(load_word(w + 8), v, s4), s5 = dot_pair(odd_bytes(load_word(w + 8)), v, s5);
        s6 = dot_pair(load_word(w + 12), v, s6), s7 = dot_pair(odd_bytes(load_word(w + 12)), v, s7);
        w += 16;
#endif
    }
    sums[0] = s0, sums[1] = s1, sums[2] = s2, sums[3] = s3, sums[4] = s4, sums[5] = s5, sums[6] = s6, sums[7] = s7;
}

MOTE_RT_INLINE void dense_arm_dsp(const DenseParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                  const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    const int32_t words = (p.in_c + 3) / 4 * 2;
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    constexpr uint32_t ones = 0x00010001u;
    int32_t total = 0;
    for (int32_t k = 0; k < p.in_c; k += 4) {
        uint32_t word = 0;
        if (k + 4 <= p.in_c)
            word = load_word(in + k);
        else
            for (int32_t i = 0; i < p.in_c - k; ++i) word |= static_cast<uint32_t>(static_cast<uint8_t>(in[k + i])) << (8 * i);
        x[k / 2] = even_bytes(word);
        x[k / 2 + 1] = odd_bytes(word);
        total = dot_pair(x[k / 2], ones, dot_pair(x[k / 2 + 1], ones, total));
    }
    for (int32_t oc = 0; oc < p.out_c; oc += 8, weights += 16 * words) {
        int32_t sums[8] = {};
        dense_dot(x, weights, words, sums);
        const int32_t count = p.out_c - oc < 8 ? p.out_c - oc : 8;
        for (int32_t c = 0; c < count; ++c) {
            const uint32_t second = static_cast<uint32_t>(sums[c | 1]);
            const uint32_t first = static_cast<uint32_t>(sums[c & ~1]) - 256u * second - 128u * static_cast<uint32_t>(total);
            const int32_t sum = static_cast<int32_t>((c & 1 ? second : first) + static_cast<uint32_t>(bias[oc + c]));
            const int32_t q = p.per_channel ? oc + c : 0;
            out[oc + c] = rescaled(sum, fast_rescale(multiplier[q], shift[q], p.out_zero_point), p.low, p.high);
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
