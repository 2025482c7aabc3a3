// 2-D convolution, one group, for cores with the DSP extension: the windows of four output pixels are expanded to 16 bits, pixel beside
// pixel, and multiplied with two output channels at a time. The bytes are those of the reference kernel.
//
// depth is kernel_h * kernel_w * in_c rounded up to a multiple of 4. channels: for each pair of output channels (a, b)
//   int32  biases of a and b
//   int8   for each four places k of the window: a0 b0 a2 b2, a1 b1 a3 b3; places beyond the window are 0
//   int32  doubled multipliers of a and b, modulo 2^32
//   int8   -1 - shift of a and of b, then two bytes of 0
// An odd last channel is paired with zeros. Every multiplier and every shift is in the range of FastRescale (checked where the call is
// generated). scratch: conv_2d_scratch_bytes().
#pragma once

#include "mote/rt/nn/conv_2d/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE constexpr int32_t conv_2d_depth(const Conv2dParameters& p) { return (p.kernel_h * p.kernel_w * p.in_c + 3) / 4 * 4; }

/// Four pixels, `out_end - out` output channels (even), over the windows from `x` to `end`: each two places of the window are four words,
/// one a pixel. Pixels lie `out_c` bytes apart. zero: 2 * out_zero_point + 1.
struct Conv2dTile {
    const uint32_t *x, *end;
    const int8_t* channels;
    int8_t *out, *out_end;
    int32_t out_c, zero;
};

#if MOTE_RT_ARM_DSP_LOOPS
// r4 to r7: channel a of four pixels, r8 to r11: channel b.
#define MOTE_RT_CONV_STEP         \
    "ldr r1, [r2], #4\n\t"        \
    "ldrd r12, lr, [r0], #8\n\t"  \
    "sxtb16 r3, r1, ror #8\n\t"   \
    "sxtb16 r1, r1\n\t"           \
    "smlad r4, r1, r12, r4\n\t"   \
    "smlad r8, r3, r12, r8\n\t"   \
    "smlad r5, r1, lr, r5\n\t"    \
    "smlad r9, r3, lr, r9\n\t"    \
    "ldrd r12, lr, [r0], #8\n\t"  \
    "smlad r6, r1, r12, r6\n\t"   \
    "smlad r10, r3, r12, r10\n\t" \
    "smlad r7, r1, lr, r7\n\t"    \
    "smlad r11, r3, lr, r11\n\t"
#define MOTE_RT_CONV_TIE(v) "add " v ", " v ", " v ", asr #31\n\t"
#define MOTE_RT_CONV_NO_TIE(v) ""
#define MOTE_RT_CONV_RESCALE(v, doubled, tie)                            \
    "smmlar " v ", " v ", " doubled ", " v "\n\t" tie(v) "add " v ", " v \
                                                         ", lr\n\t"      \
                                                         "asr " v ", " v \
                                                         ", r3\n\t"      \
                                                         "ssat " v ", #8, " v ", asr #1\n\t"
// All registers are in use: a function without a frame leaves none to the compiler. On the stack: x, end, out, out_end, out_c, zero.
#define MOTE_RT_CONV_TILE(tie) \
    __asm__ volatile(                                                                                       \
        ".syntax unified\n\t"                                                                               \
        "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"                                                   \
        "ldmia r0, {r0, r1, r2, r3, r4, r5, r6}\n\t"                                                        \
        "push {r0, r1, r3, r4, r5, r6}\n"                                                                   \
        "1:\n\t"                                                                                            \
        "ldmia r2!, {r4, r8}\n\t"                                                                           \
        "ldr r0, [sp]\n\t"                                                                                  \
        "mov r5, r4\n\t"                                                                                    \
        "mov r9, r8\n\t"                                                                                    \
        "mov r6, r4\n\t"                                                                                    \
        "mov r10, r8\n\t"                                                                                   \
        "mov r7, r4\n\t"                                                                                    \
        "mov r11, r8\n"                                                                                     \
        "2:\n\t" /* two steps at a time until what is left is a multiple of eight */                        \
        "ldr r1, [sp, #4]\n\t"                                                                              \
        "subs r1, r1, r0\n\t"                                                                               \
        "beq 4f\n\t"                                                                                        \
        "tst r1, #127\n\t"                                                                                  \
        "beq 3f\n\t" MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP                                                    \
        "b 2b\n"                                                                                            \
        "3:\n\t" MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP  \
            MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP MOTE_RT_CONV_STEP                                           \
        "ldr r1, [sp, #4]\n\t"                                                                              \
        "cmp r0, r1\n\t"                                                                                    \
        "bne 3b\n"                                                                                          \
        "4:\n\t"                                                                                            \
        "ldmia r2!, {r0, r1, r3}\n\t"                                                                       \
        "ldr r12, [sp, #20]\n\t"                                                                            \
        "lsl lr, r12, r3\n\t" /* a shift by a register takes its low byte */                                \
        MOTE_RT_CONV_RESCALE("r4", "r0", tie)                                                               \
        MOTE_RT_CONV_RESCALE("r5", "r0", tie)                                                               \
        MOTE_RT_CONV_RESCALE("r6", "r0", tie)                                                               \
        MOTE_RT_CONV_RESCALE("r7", "r0", tie)                                                               \
        "lsr r3, r3, #8\n\t"                                                                                \
        "lsl lr, r12, r3\n\t"                                                                               \
        MOTE_RT_CONV_RESCALE("r8", "r1", tie)                                                               \
        MOTE_RT_CONV_RESCALE("r9", "r1", tie)                                                               \
        MOTE_RT_CONV_RESCALE("r10", "r1", tie)                                                              \
        MOTE_RT_CONV_RESCALE("r11", "r1", tie)                                                              \
        "ldr r0, [sp, #8]\n\t"                                                                              \
        "ldr r1, [sp, #16]\n\t"                                                                             \
        "add r3, r0, r1\n\t"                                                                                \
        "add r12, r3, r1\n\t"                                                                               \
        "add lr, r12, r1\n\t"                                                                               \
        "strb r8, [r0, #1]\n\t"                                                                             \
        "strb r4, [r0], #2\n\t"                                                                             \
        "strb r5, [r3]\n\t"                                                                                 \
        "strb r9, [r3, #1]\n\t"                                                                             \
        "strb r6, [r12]\n\t"                                                                                \
        "strb r10, [r12, #1]\n\t"                                                                           \
        "strb r7, [lr]\n\t"                                                                                 \
        "strb r11, [lr, #1]\n\t"                                                                            \
        "ldr r1, [sp, #12]\n\t"                                                                             \
        "str r0, [sp, #8]\n\t"                                                                              \
        "cmp r0, r1\n\t"                                                                                    \
        "bne 1b\n\t"                                                                                        \
        "add sp, sp, #24\n\t"                                                                               \
        "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n\t")
__attribute__((naked, noinline)) inline void conv_2d_tile_with_ties(const Conv2dTile& /*tile*/) { MOTE_RT_CONV_TILE(MOTE_RT_CONV_TIE); }
__attribute__((naked, noinline)) inline void conv_2d_tile_without_ties(const Conv2dTile& /*tile*/) {
    MOTE_RT_CONV_TILE(MOTE_RT_CONV_NO_TIE);
}
#else
inline void conv_2d_tile_with_ties(const Conv2dTile& of) {
    Conv2dTile tile = of;
    while (tile.out != tile.out_end) {
        int32_t sums[2][4];
        for (int32_t i = 0; i < 8; ++i) sums[i / 4][i % 4] = static_cast<int32_t>(load_word(tile.channels + 4 * (i / 4)));
        tile.channels += 8;
        for (const uint32_t* x = tile.x; x != tile.end; x += 4, tile.channels += 4) {
            const uint32_t packed = load_word(tile.channels), even = even_bytes(packed), odd = odd_bytes(packed);
            for (int i = 0; i < 4; ++i) sums[0][i] = dot_pair(even, x[i], sums[0][i]), sums[1][i] = dot_pair(odd, x[i], sums[1][i]);
        }
        for (int32_t c = 0; c < 2; ++c, ++tile.out) {
            const uint32_t doubled = load_word(tile.channels + 4 * c);
            const int32_t right = tile.channels[8 + c];
            for (int32_t i = 0; i < 4; ++i) {
                const int32_t scaled = high_multiply_doubled(sums[c][i], doubled);
                const int32_t rounded = (scaled + (scaled >> 31) + tile.zero * (int32_t{1} << right)) >> right >> 1;
                tile.out[i * tile.out_c] = static_cast<int8_t>(saturate_byte(rounded));
            }
        }
        tile.channels += 12;
    }
}
inline void conv_2d_tile_without_ties(const Conv2dTile& tile) { conv_2d_tile_with_ties(tile); }
#endif
using Conv2dTileFunction = void (*)(const Conv2dTile&);

/// `words` words, of four values each, of four pixels that lie `pixel_bytes` apart; returns where the next belong.
#if MOTE_RT_ARM_DSP_LOOPS
__attribute__((naked, noinline)) inline uint32_t* conv_2d_expand_four(const int8_t* /*from*/, int32_t /*pixel_bytes*/, int32_t /*words*/,
                                                                      uint32_t* /*to*/) {
    __asm__ volatile(
        ".syntax unified\n\t"
        "push {r4, r5, r6, r7, r8, r9, r10, r11}\n\t"
        "add r12, r0, r1\n\t"
        "add r12, r12, r1, lsl #1\n"
        "1:\n\t"
        "ldr r5, [r0, r1]\n\t"
        "ldr r6, [r0, r1, lsl #1]\n\t"
        "ldr r4, [r0], #4\n\t"
        "ldr r7, [r12], #4\n\t"
        "sxtb16 r9, r5, ror #8\n\t"
        "sxtb16 r5, r5\n\t"
        "sxtb16 r10, r6, ror #8\n\t"
        "sxtb16 r6, r6\n\t"
        "sxtb16 r8, r4, ror #8\n\t"
        "sxtb16 r4, r4\n\t"
        "sxtb16 r11, r7, ror #8\n\t"
        "sxtb16 r7, r7\n\t"
        "stmia r3!, {r4, r5, r6, r7, r8, r9, r10, r11}\n\t"
        "subs r2, r2, #1\n\t"
        "bne 1b\n\t"
        "mov r0, r3\n\t"
        "pop {r4, r5, r6, r7, r8, r9, r10, r11}\n\t"
        "bx lr\n\t");
}
#else
inline uint32_t* conv_2d_expand_four(const int8_t* from, int32_t pixel_bytes, int32_t words, uint32_t* to) {
    for (; words > 0; --words, from += 4, to += 8)
        for (int32_t i = 0; i < 4; ++i) {
            const uint32_t word = load_word(from + i * pixel_bytes);
            to[i] = even_bytes(word);
            to[4 + i] = odd_bytes(word);
        }
    return to;
}
#endif

/// The same for one pixel: every fourth word.
MOTE_RT_INLINE uint32_t* conv_2d_expand(const int8_t* from, int32_t words, uint32_t* to) {
    for (; words > 0; --words, from += 4, to += 8) {
        const uint32_t word = load_word(from);
        to[0] = even_bytes(word);
        to[4] = odd_bytes(word);
    }
    return to;
}

/// The windows of four pixels of one row, the first of which begins at (top, left); places outside the input hold its zero point. in_c is a
/// multiple of 4.
inline __attribute__((noinline)) void conv_2d_gather_four(const Conv2dParameters& p, const int8_t* in, int32_t top, int32_t left,
                                                          bool columns_inside, uint32_t* to) {
    const uint32_t outside = pair_of(p.in_zero_point);
    const int32_t step = p.stride_w * p.in_c;
    for (int32_t ky = 0; ky < p.kernel_h; ++ky, top += p.dilation_h) {
        const int8_t* row = in + (top * p.in_w + left) * p.in_c;
        if (top < 0 || top >= p.in_h) {
            for (int32_t i = p.kernel_w * p.in_c / 2; i > 0; --i, to += 4) to[0] = to[1] = to[2] = to[3] = outside;
            continue;
        }
        if (columns_inside) {
            to = conv_2d_expand_four(row, step, p.kernel_w * p.in_c / 4, to);
            continue;
        }
        int32_t x = left;
        for (int32_t kx = 0; kx < p.kernel_w; ++kx, x += p.dilation_w, row += p.dilation_w * p.in_c) {
            if (x >= 0 && x + 3 * p.stride_w < p.in_w) {
                to = conv_2d_expand_four(row, step, p.in_c / 4, to);
                continue;
            }
            for (int32_t i = 0; i < 4; ++i) {
                const bool inside = x + i * p.stride_w >= 0 && x + i * p.stride_w < p.in_w;
                if (inside)
                    conv_2d_expand(row + i * step, p.in_c / 4, to + i);
                else
                    for (int32_t k = 0; k < p.in_c / 2; ++k) to[4 * k + i] = outside;
            }
            to += 2 * p.in_c;
        }
    }
}

/// `count` bytes. A loop over single bytes would be a call of memcpy, which costs more than a few bytes do.
MOTE_RT_INLINE void conv_2d_copy(const int8_t* from, int32_t count, int8_t* to) {
    for (const int8_t* const end = from + (count & ~3); from != end; from += 4, to += 4) store_word(to, load_word(from));
    if (count & 2) to[0] = from[0], to[1] = from[1], from += 2, to += 2;
    if (count & 1) to[0] = from[0];
}

/// The bytes of the window at (top, left) side by side; places outside the input hold its zero point. What is behind the last place to a
/// multiple of 4 meets weights of 0 and stays as it is.
inline __attribute__((noinline)) void conv_2d_collect(const Conv2dParameters& p, const int8_t* in, int32_t top, int32_t left,
                                                      int8_t* window) {
    const int32_t run = p.kernel_w * p.in_c, row_bytes = p.in_w * p.in_c;
    const bool columns_inside = left >= 0 && left + (p.kernel_w - 1) * p.dilation_w < p.in_w;
    if (!columns_inside || top < 0 || top + (p.kernel_h - 1) * p.dilation_h >= p.in_h)
        for (int32_t i = 0; i < conv_2d_depth(p); i += 4) store_word(window + i, 0x01010101u * static_cast<uint8_t>(p.in_zero_point));
    // Of columns side by side those from `begin` to `end` lie inside.
    const int32_t begin = left < 0 ? -left : 0, end = left + p.kernel_w > p.in_w ? p.in_w - left : p.kernel_w;
    const int32_t skipped = begin * p.in_c, count = (end - begin) * p.in_c;
    for (int32_t ky = p.kernel_h; ky > 0; --ky, top += p.dilation_h, window += run) {
        if (top < 0 || top >= p.in_h) continue;
        const int8_t* const row = in + top * row_bytes;
        if (p.dilation_w == 1) {
            if (count > 0) conv_2d_copy(row + left * p.in_c + skipped, count, window + skipped);
            continue;
        }
        for (int32_t kx = 0, x = left; kx < p.kernel_w; ++kx, x += p.dilation_w)
            if (x >= 0 && x < p.in_w) conv_2d_copy(row + x * p.in_c, p.in_c, window + kx * p.in_c);
    }
}

/// Whether windows of whole words can be expanded where they lie.
MOTE_RT_INLINE constexpr bool conv_2d_is_whole_words(const Conv2dParameters& p) { return p.in_c % 4 == 0; }
MOTE_RT_INLINE constexpr int32_t conv_2d_scratch_bytes(const Conv2dParameters& p) {
    return (conv_2d_is_whole_words(p) ? 9 : 12) * conv_2d_depth(p);
}

/// The windows of `count` (1 to 4) pixels from (oy, ox) on. Lanes without a pixel hold what lay there; they are computed and not stored.
MOTE_RT_INLINE void conv_2d_gather(const Conv2dParameters& p, const int8_t* in, int32_t oy, int32_t ox, int32_t count, uint32_t* to,
                                   int8_t* windows) {
    const int32_t depth = conv_2d_depth(p), left = ox * p.stride_w - p.pad_left;
    if (conv_2d_is_whole_words(p) && count == 4 && ox + 4 <= p.out_w) {
        const bool columns_inside = p.dilation_w == 1 && left >= 0 && left + 3 * p.stride_w + p.kernel_w <= p.in_w;
        conv_2d_gather_four(p, in, oy * p.stride_h - p.pad_top, left, columns_inside, to);
        return;
    }
    for (int32_t i = 0; i < count; ++i) {
        int8_t* const window = conv_2d_is_whole_words(p) ? windows : windows + i * depth;
        conv_2d_collect(p, in, oy * p.stride_h - p.pad_top, ox * p.stride_w - p.pad_left, window);
        if (conv_2d_is_whole_words(p)) conv_2d_expand(window, depth / 4, to + i);
        if (++ox == p.out_w) ox = 0, ++oy;
    }
    if (!conv_2d_is_whole_words(p)) conv_2d_expand_four(windows, depth, depth / 4, to);
}

/// All output channels of `count` (1 to 4) pixels.
MOTE_RT_INLINE void conv_2d_pixels(const Conv2dParameters& p, Conv2dTile& tile, int32_t count, Conv2dTileFunction run) {
    int8_t* const out = tile.out;
    const int32_t whole = count == 4 ? p.out_c / 2 * 2 : 0, pair_bytes = 20 + 2 * conv_2d_depth(p);
    const int8_t* const channels = tile.channels;
    if (whole > 0) {
        tile.out_end = out + whole;
        run(tile);
    }
    // What must not be written in whole pairs of channels and four pixels goes by way of eight bytes.
    for (int32_t oc = whole; oc < p.out_c; oc += 2) {
        int8_t bytes[8];
        const Conv2dTile pair = {tile.x, tile.end, channels + oc / 2 * pair_bytes, bytes, bytes + 2, 2, tile.zero};
        run(pair);
        for (int32_t i = 0; i < count; ++i) {
            out[i * tile.out_c + oc] = bytes[2 * i];
            if (oc + 1 < p.out_c) out[i * tile.out_c + oc + 1] = bytes[2 * i + 1];
        }
    }
    if (p.low > -128 || p.high < 127) clamp_all(out, count * p.out_c, p.low, p.high);
}

inline __attribute__((noinline)) void conv_2d_all_pixels(const Conv2dParameters& p, const int8_t* in, const int8_t* channels, int8_t* out,
                                                         void* scratch, Conv2dTileFunction run) {
    const int32_t depth = conv_2d_depth(p);
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    int8_t* const windows = static_cast<int8_t*>(scratch) + 8 * depth;
    Conv2dTile tile = {x, x + 2 * depth, channels, out, out, p.out_c, 2 * p.out_zero_point + 1};
    int32_t left = p.out_h * p.out_w, oy = 0, ox = 0;
    for (; left > 0; left -= 4, tile.out += 4 * p.out_c) {
        const int32_t count = left < 4 ? left : 4;
        conv_2d_gather(p, in, oy, ox, count, x, windows);
        for (ox += 4; ox >= p.out_w; ox -= p.out_w) ++oy;
        conv_2d_pixels(p, tile, count, run);
    }
}

MOTE_RT_INLINE void conv_2d_arm_dsp(const Conv2dParameters& p, const int8_t* in, const int8_t* channels, int8_t* out, void* scratch) {
    conv_2d_all_pixels(p, in, channels, out, scratch, p.low < p.out_zero_point ? conv_2d_tile_with_ties : conv_2d_tile_without_ties);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
