// 2-D convolution, one group, for cores with the DSP extension: four output pixels are expanded to 16 bits, interleaved pixel by pixel, and
// multiplied with two output channels at a time. The bytes are those of the reference kernel.
//
// A kernel row is kernel_w * in_c values, padded with zero weights to a multiple of 4; depth counts all padded rows. weights: for each pair
// of output channels (a, b), for each four places k of the depth: a0 b0 a2 b2, a1 b1 a3 b3. An odd last channel is paired with zeros; bias,
// multiplier and shift have an entry for it. Every shift is negative and no sum reaches 2^30 (checked where the call is generated).
// scratch: 8 * depth bytes, then row bytes, row = kernel_w * in_c rounded up to a multiple of 4.
#pragma once

#include "mote/rt/nn/conv_2d/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

#if MOTE_RT_ARM_DSP_LOOPS
#define MOTE_RT_CONV_STEP                 \
    "ldr %[w0], [%[w]], #4\n\t"           \
    "ldr %[v], [%[x]], #4\n\t"            \
    "sxtb16 %[w1], %[w0], ror #8\n\t"     \
    "sxtb16 %[w0], %[w0]\n\t"             \
    "smlad %[a0], %[w0], %[v], %[a0]\n\t" \
    "smlad %[b0], %[w1], %[v], %[b0]\n\t" \
    "ldr %[v], [%[x]], #4\n\t"            \
    "smlad %[a1], %[w0], %[v], %[a1]\n\t" \
    "smlad %[b1], %[w1], %[v], %[b1]\n\t" \
    "ldr %[v], [%[x]], #4\n\t"            \
    "smlad %[a2], %[w0], %[v], %[a2]\n\t" \
    "smlad %[b2], %[w1], %[v], %[b2]\n\t" \
    "ldr %[v], [%[x]], #4\n\t"            \
    "smlad %[a3], %[w0], %[v], %[a3]\n\t" \
    "smlad %[b3], %[w1], %[v], %[b3]\n\t"
#endif

/// sums[pixel][channel] += of 4 pixels and 2 channels over `words` words of weights (even).
inline __attribute__((noinline)) void conv_2d_dot(const uint32_t* x, const int8_t* w, int32_t words, int32_t (&sums)[4][2]) {
    int32_t a0 = sums[0][0], b0 = sums[0][1], a1 = sums[1][0], b1 = sums[1][1];
    int32_t a2 = sums[2][0], b2 = sums[2][1], a3 = sums[3][0], b3 = sums[3][1];
#if MOTE_RT_ARM_DSP_LOOPS
    uint32_t w0, w1, v;
#define MOTE_RT_CONV_REGISTERS                                                                                                         \
    [x] "+r"(x), [w] "+r"(w), [a0] "+r"(a0), [b0] "+r"(b0), [a1] "+r"(a1), [b1] "+r"(b1), [a2] "+r"(a2), [b2] "+r"(b2), [a3] "+r"(a3), \
        [b3] "+r"(b3), [w0] "=&r"(w0), [w1] "=&r"(w1), [v] "=&r"(v)
    const bool two_left = (words & 2) != 0;
    for (int32_t i = words >> 2; i > 0; --i)
        __asm__ volatile(MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP:MOTE_RT_CONV_REGISTERS : : "memory");
    if (two_left) __asm__ volatile(MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP:MOTE_RT_CONV_REGISTERS : : "memory");
#undef MOTE_RT_CONV_REGISTERS
#else
    for (int32_t i = 0; i < words; ++i, x += 4, w += 4) {
        const uint32_t packed = load_word(w), even = even_bytes(packed), odd = odd_bytes(packed);
        a0 = dot_pair(even, x[0], a0), b0 = dot_pair(odd, x[0], b0);
        a1 = dot_pair(even, x[1], a1), b1 = dot_pair(odd, x[1], b1);
        a2 = dot_pair(even, x[2], a2), b2 = dot_pair(odd, x[2], b2);
        a3 = dot_pair(even, x[3], a3), b3 = dot_pair(odd, x[3], b3);
    }
#endif
    sums[0][0] = a0, sums[0][1] = b0, sums[1][0] = a1, sums[1][1] = b1;
    sums[2][0] = a2, sums[2][1] = b2, sums[3][0] = a3, sums[3][1] = b3;
}

/// One kernel row of one pixel, `count` values, into every fourth word of `to`; what is missing to a multiple of 4 becomes 0.
MOTE_RT_INLINE uint32_t* conv_2d_expand(const int8_t* from, int32_t count, uint32_t* to) {
    for (int32_t i = count >> 2; i > 0; --i, from += 4, to += 8) {
        const uint32_t word = load_word(from);
        to[0] = even_bytes(word);
        to[4] = odd_bytes(word);
    }
    if (count & 3) {
        uint32_t word = 0;
        for (int32_t k = 0; k < (count & 3); ++k) word |= static_cast<uint32_t>(static_cast<uint8_t>(from[k])) << (8 * k);
        to[0] = even_bytes(word);
        to[4] = odd_bytes(word);
        to += 8;
    }
    return to;
}

/// The window of output pixel (oy, ox) as words 0, 4, 8, ... of `to`.
MOTE_RT_INLINE void conv_2d_gather(const Conv2dParameters& p, const int8_t* in, int32_t oy, int32_t ox, uint32_t* to, int8_t* row) {
    const int32_t run = p.kernel_w * p.in_c;
    const int32_t left = ox * p.stride_w - p.pad_left;
    const bool inside = p.dilation_w == 1 && left >= 0 && left + p.kernel_w <= p.in_w;
    for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
        const int32_t iy = oy * p.stride_h - p.pad_top + ky * p.dilation_h;
        const bool row_inside = iy >= 0 && iy < p.in_h;
        if (row_inside && inside) {
            to = conv_2d_expand(in + (iy * p.in_w + left) * p.in_c, run, to);
            continue;
        }
        int8_t* place = row;
        for (int32_t kx = 0; kx < p.kernel_w; ++kx) {
            const int32_t ix = left + kx * p.dilation_w;
            const bool here = row_inside && ix >= 0 && ix < p.in_w;
            const int8_t* from = in + (here ? (iy * p.in_w + ix) * p.in_c : 0);
            for (int32_t c = 0; c < p.in_c; ++c) *place++ = here ? from[c] : static_cast<int8_t>(p.in_zero_point);
        }
        to = conv_2d_expand(row, run, to);
    }
}

MOTE_RT_INLINE void conv_2d_arm_dsp(const Conv2dParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                    const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    const int32_t depth = p.kernel_h * ((p.kernel_w * p.in_c + 3) / 4 * 4);
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    int8_t* const row = reinterpret_cast<int8_t*>(x + 2 * depth);
    const int32_t pixels = p.out_h * p.out_w;
    int32_t oy = 0, ox = 0;
    for (int32_t first = 0; first < pixels; first += 4) {
        const int32_t count = pixels - first < 4 ? pixels - first : 4;
        for (int32_t i = 0; i < count; ++i) {
            conv_2d_gather(p, in, oy, ox, x + i, row);
            if (++ox == p.out_w) ox = 0, ++oy;
        }
        // Lanes without a pixel hold what the last four left there, or nothing yet; they are computed and not stored.
        for (int32_t i = first == 0 ? count : 4; i < 4; ++i)
            for (int32_t k = 0; k < depth / 2; ++k) x[4 * k + i] = 0;
        const int8_t* w = weights;
        for (int32_t oc = 0; oc < p.out_c; oc += 2, w += 2 * depth) {
            int32_t sums[4][2];
            for (int i = 0; i < 4; ++i) sums[i][0] = bias[oc], sums[i][1] = bias[oc + 1];
            conv_2d_dot(x, w, depth / 2, sums);
            int8_t* to = out + first * p.out_c + oc;
            for (int32_t c = 0; c < 2 && oc + c < p.out_c; ++c) {
                const int32_t q = p.per_channel ? oc + c : 0;
                const FastRescale r = fast_rescale(multiplier[q], shift[q], p.out_zero_point);
                to[c] = rescaled(sums[0][c], r, p.low, p.high);
                if (count == 4) {
                    to[p.out_c + c] = rescaled(sums[1][c], r, p.low, p.high);
                    to[2 * p.out_c + c] = rescaled(sums[2][c], r, p.low, p.high);
                    to[3 * p.out_c + c] = rescaled(sums[3][c], r, p.low, p.high);
                } else {
                    for (int32_t i = 1; i < count; ++i) to[i * p.out_c + c] = rescaled(sums[i][c], r, p.low, p.high);
                }
            }
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
