// Convolution of each channel by itself for cores without 16-bit multiply-accumulates: an output of the upper half of a band of rows and
// one of its lower half share a 32-bit word (nn/pairs.hpp says why that is exact). A band of one channel is spread into a plane of such
// words, padding included. A block are two weights beside each other; what is left of an odd number of them is a block of its own.
//
// weights: [out_c][kernel_h][kernel_w], none of them -128. bias and factors: nn/split_rescale.hpp. scratch: a word for
// each weight of a channel, then a plane of depthwise_plane_words().
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/pairs.hpp"
#include "mote/rt/nn/split_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

/// A series has but one row: its left half and its right half are what upper and lower rows are elsewhere.
MOTE_RT_INLINE constexpr bool depthwise_is_series(const DepthwiseConv2dParameters& p) { return p.out_h == 1 && p.kernel_h == 1; }
/// Output rows of the upper half of a band, and outputs of such a row.
MOTE_RT_INLINE constexpr int32_t depthwise_half_rows(int32_t band_rows) { return (band_rows + 1) / 2; }
MOTE_RT_INLINE constexpr int32_t depthwise_pairs(const DepthwiseConv2dParameters& p) {
    return depthwise_is_series(p) ? (p.out_w + 1) / 2 : p.out_w;
}
MOTE_RT_INLINE constexpr int32_t depthwise_pair_row(const DepthwiseConv2dParameters& p) {
    return (depthwise_pairs(p) - 1) * p.stride_w + (p.kernel_w - 1) * p.dilation_w + 1;
}
MOTE_RT_INLINE constexpr int32_t depthwise_pair_height(const DepthwiseConv2dParameters& p, int32_t band_rows) {
    return (depthwise_half_rows(band_rows) - 1) * p.stride_h + (p.kernel_h - 1) * p.dilation_h + 1;
}
MOTE_RT_INLINE constexpr int32_t depthwise_plane_words(const DepthwiseConv2dParameters& p, int32_t band_rows) {
    return depthwise_pair_row(p) * depthwise_pair_height(p, band_rows);
}

/// The plane of input channel `channel` for the band that begins with output row `first`.
MOTE_RT_INLINE void depthwise_spread_pairs(const DepthwiseConv2dParameters& p, const int8_t* in, int32_t channel, int32_t first,
                                           int32_t band_rows, uint32_t* to) {
    const int32_t row = depthwise_pair_row(p), height = depthwise_pair_height(p, band_rows);
    const int32_t before = p.pad_left < row ? p.pad_left : row;
    const int32_t end = before + p.in_w < row ? before + p.in_w : row;
    const int32_t lower = depthwise_half_rows(band_rows) * p.stride_h;
    const int8_t nothing = static_cast<int8_t>(p.in_zero_point);
    const uint32_t no_pair = pair_word(p.in_zero_point, p.in_zero_point);
    for (int32_t y = 0; y < height; ++y) {
        const int32_t ia = first * p.stride_h - p.pad_top + y, ib = ia + lower;
        const bool has_a = ia >= 0 && ia < p.in_h, has_b = ib >= 0 && ib < p.in_h;
        const int8_t* a = has_a ? in + ia * p.in_w * p.in_c + channel : &nothing;
        const int8_t* b = has_b ? in + ib * p.in_w * p.in_c + channel : &nothing;
        const int32_t step_a = has_a ? p.in_c : 0, step_b = has_b ? p.in_c : 0;
        int32_t x = 0;
        for (; x < before; ++x) *to++ = no_pair;
        for (; x < end; ++x, a += step_a, b += step_b) *to++ = pair_word(*a, *b);
        for (; x < row; ++x) *to++ = no_pair;
    }
}

/// The same of a series.
MOTE_RT_INLINE void depthwise_spread_halves(const DepthwiseConv2dParameters& p, const int8_t* in, int32_t channel, uint32_t* to) {
    const int32_t row = depthwise_pair_row(p), right = depthwise_pairs(p) * p.stride_w;
    const auto at = [&](int32_t x) { return x >= 0 && x < p.in_w ? in[x * p.in_c + channel] : p.in_zero_point; };
    int32_t x = -p.pad_left;
    const int32_t end = row - p.pad_left, inside = p.in_w - right < end ? p.in_w - right : end;
    for (; x < 0 && x < end; ++x) *to++ = pair_word(at(x), at(x + right));
    for (const int8_t* from = in + x * p.in_c + channel; x < inside; ++x, from += p.in_c) *to++ = pair_word(from[0], from[right * p.in_c]);
    for (; x < end; ++x) *to++ = pair_word(at(x), at(x + right));
}

/// What collects the products of one pair of outputs: all of them, and the upper halves.
struct DepthwisePair {
    uint32_t all, upper;

    /// All holds a half more of each block than the sum of the lower one.
    MOTE_RT_INLINE void add(uint32_t block) {
        all += block + pair_half;
        upper += upper_half(block + pair_half);
    }
};

/// sums[pair] = {upper output's, lower output's} of pairs beside each other until `end`, 3 x 3; the first of them holds five
/// halves more.
#if defined(MOTE_RT_PAIRS_ARMV7M)
// r0: x, r1: weights, r2: bytes of a row, r3: sums, r4 - r6: places, r7 - r9: their weights, r10: block, r11, r12: totals, lr: half.
// STEP: bytes from a pair's first place to the next one's.
#define MOTE_RT_PAIRS_3X3(STEP)      \
    "push {r4-r11, lr}\n\t"          \
    "mov lr, #0x8000\n"              \
    "1:\n\t"                         \
    "ldm r0, {r4-r6}\n\t"            \
    "add r0, r2\n\t"                 \
    "ldm r1!, {r7-r9}\n\t"           \
    "mla r10, r4, r7, lr\n\t"        \
    "mla r11, r5, r8, r10\n\t"       \
    "asr r12, r11, #16\n\t"          \
    "mla r10, r6, r9, lr\n\t"        \
    "ldm r0, {r4-r6}\n\t"            \
    "add r0, r2\n\t"                 \
    "ldm r1!, {r7-r9}\n\t"           \
    "mla r10, r4, r7, r10\n\t"       \
    "add r11, r10\n\t"               \
    "add r12, r12, r10, asr #16\n\t" \
    "mla r10, r5, r8, lr\n\t"        \
    "mla r10, r6, r9, r10\n\t"       \
    "add r11, r10\n\t"               \
    "add r12, r12, r10, asr #16\n\t" \
    "ldm r0, {r4-r6}\n\t"            \
    "ldm r1!, {r7-r9}\n\t"           \
    "mla r10, r4, r7, lr\n\t"        \
    "mla r10, r5, r8, r10\n\t"       \
    "add r11, r10\n\t"               \
    "add r12, r12, r10, asr #16\n\t" \
    "mla r10, r6, r9, lr\n\t"        \
    "add r11, r10\n\t"               \
    "add r12, r12, r10, asr #16\n\t" \
    "sub r0, r0, r2, lsl #1\n\t"     \
    "adds r0, #" STEP                \
    "\n\t"                           \
    "subs r1, #36\n\t"               \
    "sub r11, r11, r12, lsl #16\n\t" \
    "strd r11, r12, [r3], #8\n\t"    \
    "ldr r10, [sp, #36]\n\t"         \
    "cmp r3, r10\n\t"                \
    "bne 1b\n\t"                     \
    "pop {r4-r11, pc}\n"
#elif defined(MOTE_RT_PAIRS_ARMV6M)
// r6: x, r7: weights, r0 - r5: places, weights, blocks, r8, r9: totals, r10: half, r11: bytes from the end of a row to the next one, r12:
// sums.
#define MOTE_RT_PAIRS_3X3(STEP)   \
    ".syntax unified\n\t"         \
    "push {r4-r7, lr}\n\t"        \
    "mov r4, r8\n\t"              \
    "mov r5, r9\n\t"              \
    "mov r6, r10\n\t"             \
    "mov r7, r11\n\t"             \
    "push {r4-r7}\n\t"            \
    "movs r6, r0\n\t"             \
    "movs r7, r1\n\t"             \
    "lsls r0, r2, #1\n\t"         \
    "adds r0, #12 - " STEP        \
    "\n\t"                        \
    "push {r0}\n\t"               \
    "subs r2, #12\n\t"            \
    "mov r11, r2\n\t"             \
    "mov r12, r3\n\t"             \
    "ldr r0, [sp, #40]\n\t"       \
    "mov lr, r0\n\t"              \
    "movs r0, #1\n\t"             \
    "lsls r0, #15\n\t"            \
    "mov r10, r0\n"               \
    "1:\n\t"                      \
    "ldmia r6!, {r0-r2}\n\t"      \
    "add r6, r11\n\t"             \
    "ldmia r7!, {r3-r5}\n\t"      \
    "muls r0, r3\n\t"             \
    "muls r1, r4\n\t"             \
    "adds r0, r1\n\t"             \
    "add r0, r10\n\t"             \
    "mov r8, r0\n\t"              \
    "asrs r0, #16\n\t"            \
    "mov r9, r0\n\t"              \
    "muls r2, r5\n\t"             \
    "ldmia r6!, {r0, r1, r3}\n\t" \
    "add r6, r11\n\t"             \
    "ldmia r7!, {r4, r5}\n\t"     \
    "muls r0, r4\n\t"             \
    "adds r2, r0\n\t"             \
    "add r2, r10\n\t"             \
    "add r8, r2\n\t"              \
    "asrs r2, #16\n\t"            \
    "add r9, r2\n\t"              \
    "muls r1, r5\n\t"             \
    "ldmia r7!, {r4}\n\t"         \
    "muls r3, r4\n\t"             \
    "adds r1, r3\n\t"             \
    "add r1, r10\n\t"             \
    "add r8, r1\n\t"              \
    "asrs r1, #16\n\t"            \
    "add r9, r1\n\t"              \
    "ldmia r6!, {r0-r2}\n\t"      \
    "ldmia r7!, {r3-r5}\n\t"      \
    "muls r0, r3\n\t"             \
    "muls r1, r4\n\t"             \
    "adds r0, r1\n\t"             \
    "add r0, r10\n\t"             \
    "add r8, r0\n\t"              \
    "asrs r0, #16\n\t"            \
    "add r9, r0\n\t"              \
    "muls r2, r5\n\t"             \
    "add r2, r10\n\t"             \
    "add r8, r2\n\t"              \
    "asrs r2, #16\n\t"            \
    "add r9, r2\n\t"              \
    "ldr r0, [sp]\n\t"            \
    "subs r6, r0\n\t"             \
    "subs r7, #36\n\t"            \
    "mov r0, r8\n\t"              \
    "mov r1, r9\n\t"              \
    "lsls r2, r1, #16\n\t"        \
    "subs r0, r2\n\t"             \
    "mov r2, r12\n\t"             \
    "stmia r2!, {r0, r1}\n\t"     \
    "mov r12, r2\n\t"             \
    "cmp r2, lr\n\t"              \
    "bne 1b\n\t"                  \
    "pop {r0, r4-r7}\n\t"         \
    "mov r8, r4\n\t"              \
    "mov r9, r5\n\t"              \
    "mov r10, r6\n\t"             \
    "mov r11, r7\n\t"             \
    "pop {r4-r7, pc}\n"
#endif
#if defined(MOTE_RT_PAIRS_3X3)
inline __attribute__((naked, noinline)) void depthwise_pairs_3x3_by_1(const uint32_t*, const uint32_t*, int32_t, uint32_t (*)[2],
                                                                      uint32_t (*)[2]) {
    __asm__(MOTE_RT_PAIRS_3X3("4"));
}
inline __attribute__((naked, noinline)) void depthwise_pairs_3x3_by_2(const uint32_t*, const uint32_t*, int32_t, uint32_t (*)[2],
                                                                      uint32_t (*)[2]) {
    __asm__(MOTE_RT_PAIRS_3X3("8"));
}
#undef MOTE_RT_PAIRS_3X3
#else
template <int32_t stride>
inline void depthwise_pairs_plain(const uint32_t* x, const uint32_t* w, int32_t row_bytes, uint32_t (*sums)[2], uint32_t (*end)[2]) {
    for (; sums != end; ++sums, x += stride) {
        DepthwisePair pair = {0, 0};
        const uint32_t* y = x + row_bytes / 4;
        const uint32_t* z = y + row_bytes / 4;
        pair.add(x[0] * w[0] + x[1] * w[1]);
        pair.add(x[2] * w[2] + y[0] * w[3]);
        pair.add(y[1] * w[4] + y[2] * w[5]);
        pair.add(z[0] * w[6] + z[1] * w[7]);
        pair.add(z[2] * w[8]);
        (*sums)[0] = pair.all - (pair.upper << 16);
        (*sums)[1] = pair.upper;
    }
}
inline void depthwise_pairs_3x3_by_1(const uint32_t* x, const uint32_t* w, int32_t row_bytes, uint32_t (*sums)[2], uint32_t (*end)[2]) {
    depthwise_pairs_plain<1>(x, w, row_bytes, sums, end);
}
inline void depthwise_pairs_3x3_by_2(const uint32_t* x, const uint32_t* w, int32_t row_bytes, uint32_t (*sums)[2], uint32_t (*end)[2]) {
    depthwise_pairs_plain<2>(x, w, row_bytes, sums, end);
}
#endif

/// The same for one pair, any kernel and stride.
MOTE_RT_INLINE void depthwise_pair(const DepthwiseConv2dParameters& p, const uint32_t* x, const uint32_t* w, uint32_t (&sums)[2]) {
    const int32_t row = depthwise_pair_row(p);
    DepthwisePair pair = {0, 0};
    for (int32_t ky = 0; ky < p.kernel_h; ++ky, x += row * p.dilation_h, w += p.kernel_w) {
        int32_t kx = 0;
        for (; kx + 2 <= p.kernel_w; kx += 2) pair.add(x[kx * p.dilation_w] * w[kx] + x[(kx + 1) * p.dilation_w] * w[kx + 1]);
        if (kx < p.kernel_w) pair.add(x[kx * p.dilation_w] * w[kx]);
    }
    sums[0] = pair.all - (pair.upper << 16);
    sums[1] = pair.upper;
}

MOTE_RT_INLINE constexpr bool depthwise_pairs_are_3x3(const DepthwiseConv2dParameters& p) {
    return p.kernel_h == 3 && p.kernel_w == 3 && (p.stride_w == 1 || p.stride_w == 2) && p.dilation_h == 1 && p.dilation_w == 1;
}

/// The outputs of a band of one channel.
template <class Rescale>
MOTE_RT_INLINE void depthwise_pair_outputs(const DepthwiseConv2dParameters& p, const uint32_t* plane, const uint32_t* w,
                                           const Rescale& rescale, int32_t rows, int8_t* out) {
    constexpr int32_t chunk = 16;  // pairs whose sums are kept at once
    const int32_t row = depthwise_pair_row(p), half = depthwise_half_rows(rows), pairs = depthwise_pairs(p);
    const int32_t lower = half * pairs * p.out_c;
    const int32_t blocks = depthwise_pairs_are_3x3(p) ? 5 : p.kernel_h * ((p.kernel_w + 1) / 2);
    const uint32_t bias = rescale.bias(), upper_bias = bias - static_cast<uint32_t>(blocks) * pair_half;
    for (int32_t y = 0; y < half; ++y) {
        const int32_t lowers = depthwise_is_series(p) ? p.out_w - pairs : y + half < rows ? pairs : 0;
        for (int32_t begin = 0; begin < pairs; begin += chunk) {
            const int32_t count = pairs - begin < chunk ? pairs - begin : chunk;
            const uint32_t* x = plane + y * p.stride_h * row + begin * p.stride_w;
            uint32_t sums[chunk][2];
            if (depthwise_pairs_are_3x3(p) && p.stride_w == 1)
                depthwise_pairs_3x3_by_1(x, w, row * 4, sums, sums + count);
            else if (depthwise_pairs_are_3x3(p))
                depthwise_pairs_3x3_by_2(x, w, row * 4, sums, sums + count);
            else
                for (int32_t i = 0; i < count; ++i) depthwise_pair(p, x + i * p.stride_w, w, sums[i]);
            for (int32_t i = 0; i < count; ++i, out += p.out_c) {
                *out = rescale(sums[i][0] + upper_bias);
                if (begin + i < lowers) out[lower] = rescale(sums[i][1] + bias);
            }
        }
    }
}

template <class Rescale>
MOTE_RT_INLINE void depthwise_row_pairs_with(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                             typename Rescale::Tables tables, int8_t* out, void* scratch) {
    const int32_t taps = p.kernel_h * p.kernel_w;
    uint32_t* const w = static_cast<uint32_t*>(scratch);
    uint32_t* const plane = w + taps;
    for (int32_t ic = 0; ic < p.in_c; ++ic) {
        for (int32_t oy = 0; oy < p.out_h; oy += p.band_rows) {
            const int32_t rows = p.out_h - oy < p.band_rows ? p.out_h - oy : p.band_rows;
            if (depthwise_is_series(p))
                depthwise_spread_halves(p, in, ic, plane);
            else
                depthwise_spread_pairs(p, in, ic, oy, rows, plane);
            for (int32_t oc = ic * p.channel_multiplier; oc < (ic + 1) * p.channel_multiplier; ++oc) {
                for (int32_t k = 0; k < taps; ++k) w[k] = static_cast<uint32_t>(static_cast<int32_t>(weights[oc * taps + k]));
                depthwise_pair_outputs(p, plane, w, Rescale(p, tables, oc), rows, out + oy * p.out_w * p.out_c + oc);
            }
        }
    }
}

MOTE_RT_INLINE void depthwise_conv_2d_row_pairs(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                const int32_t* bias, const int32_t* factors, int8_t* out, void* scratch) {
    depthwise_row_pairs_with<SplitRescale>(p, in, weights, {bias, factors}, out, scratch);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
