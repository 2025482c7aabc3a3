// conv_2d/pixel_pairs.hpp with blocks of two places, for windows of few values: two weights never add to more than a block holds, so that
// nothing is taken from them, and an output is finished where its sum is. For cores with 64-bit products (Armv7-M).
//
// A kernel row is kernel_w * in_c values, padded to an even number; depth counts all padded rows. weights: [out_c][depth], none of them
// -128, plus 128, zero where padded. factors: nn/wide_rescale.hpp. scratch: 12 * depth bytes, then 4 * row bytes, row = kernel_w * in_c
// rounded up to a multiple of 4.
#pragma once

#include "mote/rt/nn/conv_2d/pixel_pairs.hpp"
#include "mote/rt/nn/wide_quads.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Of the code of one block.
constexpr int32_t pixel_short_code_bytes = 44;

/// All channels of four pixels. The offsets of the members are known to the assembly.
struct PixelQuad {
    const uint32_t* x;
    int32_t passes;  ///< through the loop over four blocks, the first of which begins in its middle
    uint32_t start;  ///< what the totals of all words begin with
    int32_t skipped_bytes;
    const int32_t* factors;
    int8_t *out, *end;   ///< of the first pixel
    int32_t offsets[3];  ///< of the other pixels' outputs
    const int8_t* weights;
};

#if MOTE_RT_WIDE_LOOPS
// r0: x, r1: weights, r2, r3: words of the block, r4 - r7: places, r8 - r11: both words' totals and those of their upper halves, r12:
// weight, lr: passes left. pixel_short_code_bytes of code.
// clang-format off
#define MOTE_RT_SHORT_BLOCK           \
    "ldm.w r0!, {r2-r7}\n\t"          \
    "ldrb.w r12, [r1], #1\n\t"        \
    "mla r2, r4, r12, r2\n\t"         \
    "mla r3, r5, r12, r3\n\t"         \
    "ldrb.w r12, [r1], #1\n\t"        \
    "mla r2, r6, r12, r2\n\t"         \
    "mla r3, r7, r12, r3\n\t"         \
    "add.w r8, r8, r2\n\t"            \
    "add.w r10, r10, r3\n\t"          \
    "add.w r9, r9, r2, asr #16\n\t"   \
    "add.w r11, r11, r3, asr #16\n\t"
// On the stack: x, passes, start, address in the loop, factors, out, end, offsets.
#define MOTE_RT_SHORT(tie)                      \
    __asm__(                                    \
        ".syntax unified\n\t"                   \
        "push {r4-r11, lr}\n\t"                 \
        "sub sp, sp, #40\n\t"                   \
        "ldm r0!, {r2-r11}\n\t"                 \
        "ldr r1, [r0]\n\t"                      \
        "adr r12, 2f\n\t"                       \
        "add r5, r5, r12\n\t"                   \
        "stm sp, {r2-r11}\n"                    \
        "1:\n\t" /* a channel */                \
        "ldrd r0, lr, [sp]\n\t"                 \
        "ldrd r8, r2, [sp, #8]\n\t"             \
        "mov r9, #0\n\t"                        \
        "mov r10, r8\n\t"                       \
        "mov r11, #0\n\t"                       \
        "bx r2\n\t"                             \
        ".balign 4\n"                           \
        "2:\n\t"                                \
        MOTE_RT_SHORT_BLOCK MOTE_RT_SHORT_BLOCK \
        MOTE_RT_SHORT_BLOCK MOTE_RT_SHORT_BLOCK \
        "subs lr, lr, #1\n\t"                   \
        "bne 2b\n\t"                            \
        "sub r8, r8, r9, lsl #16\n\t"           \
        "sub r10, r10, r11, lsl #16\n\t"        \
        "ldrd r12, r0, [sp, #16]\n\t"           \
        "ldm r12!, {r2-r5, lr}\n\t"             \
        "str r12, [sp, #16]\n\t"                \
        MOTE_RT_WIDE_QUAD("r0", 28, tie)        \
        "adds r0, #1\n\t"                       \
        "ldr r2, [sp, #24]\n\t"                 \
        "str r0, [sp, #20]\n\t"                 \
        "cmp r0, r2\n\t"                        \
        "bne.w 1b\n\t"                          \
        "add sp, sp, #40\n\t"                   \
        "pop {r4-r11, pc}\n\t")
// clang-format on
inline __attribute__((naked, noinline)) void pixel_quad_with_ties(const PixelQuad&) { MOTE_RT_SHORT(MOTE_RT_WIDE_TIE); }
inline __attribute__((naked, noinline)) void pixel_quad_without_ties(const PixelQuad&) { MOTE_RT_SHORT(""); }
#else
template <bool ties>
inline void pixel_quad_plain(const PixelQuad& q) {
    const int32_t blocks = 4 * q.passes - q.skipped_bytes / pixel_short_code_bytes;
    const int8_t* w = q.weights;
    const int32_t* factors = q.factors;
    for (int8_t* out = q.out; out != q.end; ++out, factors += WideRescale::words) {
        uint32_t sums[4];
        for (int32_t pair = 0; pair < 2; ++pair) {
            uint32_t all = q.start, upper = 0;
            for (int32_t b = 0; b < blocks; ++b) {
                const uint32_t* block = q.x + 6 * b + pair;
                const uint32_t word = block[0] + block[2] * static_cast<uint8_t>(w[2 * b]) + block[4] * static_cast<uint8_t>(w[2 * b + 1]);
                all += word;
                upper += upper_half(word);
            }
            sums[2 * pair] = all - (upper << 16), sums[2 * pair + 1] = upper;
        }
        w += 2 * blocks;
        wide_quad_plain<ties>(sums, factors, q.offsets, out);
    }
}
inline void pixel_quad_with_ties(const PixelQuad& q) { pixel_quad_plain<true>(q); }
inline void pixel_quad_without_ties(const PixelQuad& q) { pixel_quad_plain<false>(q); }
#endif

/// One kernel row of the four pixels that begin at from[0], ..., from[3], as blocks of two.
struct PairUpTwo {
    static inline __attribute__((noinline)) uint32_t* row(const int8_t* const (&from)[4], int32_t count, uint32_t* to) {
        for (int32_t pair = 0; pair < 2; ++pair) {
            const int8_t* left = from[2 * pair];
            const int8_t* right = from[2 * pair + 1];
            uint32_t* block = to + pair;
            for (int32_t n = count / 2; n > 0; --n, left += 2, right += 2, block += 6) {
                const uint32_t w0 = pair_word(left[0], right[0]), w1 = pair_word(left[1], right[1]);
                block[0] = pair_start(w0 + w1);
                block[2] = w0, block[4] = w1;
            }
            if (count % 2 == 0) continue;
            const uint32_t w0 = pair_word(left[0], right[0]);
            block[0] = pair_start(w0);
            block[2] = w0, block[4] = 0;
        }
        return to + (count + 1) / 2 * 6;
    }
};

MOTE_RT_INLINE constexpr int32_t pixel_short_blocks(const Conv2dParameters& p) { return p.kernel_h * ((p.kernel_w * p.in_c + 1) / 2); }

MOTE_RT_INLINE void conv_2d_pixel_pairs_short(const Conv2dParameters& p, const int8_t* in, const int8_t* weights, const int32_t* factors,
                                              int8_t* out, void* scratch) {
    const int32_t blocks = pixel_short_blocks(p), passes = (blocks + 3) / 4, pixels = p.out_h * p.out_w;
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    int8_t* const rows = reinterpret_cast<int8_t*>(x + 6 * blocks);
    PixelQuad quad = {x,
                      passes,
                      0u - static_cast<uint32_t>(blocks) * pair_half,
                      (4 * passes - blocks) * pixel_short_code_bytes + 1,
                      factors,
                      out,
                      out,
                      {0, 0, 0},
                      weights};
    for (int32_t first = 0; first < pixels; first += 4, quad.out += 4 * p.out_c) {
        conv_2d_gather_pairs<PairUpTwo>(p, in, first, x, rows);
        quad.end = quad.out + p.out_c;
        wide_offsets(pixels - first, p.out_c, quad.offsets);
        (p.low < p.out_zero_point ? pixel_quad_with_ties : pixel_quad_without_ties)(quad);
    }
    if (p.low > -128 || p.high < 127) clamp_all(out, pixels * p.out_c, p.low, p.high);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
