// 2-D convolution, one group, for cores without 16-bit multiply-accumulates: two output pixels share a 32-bit word, left + 65536 * right,
// so that one product with a weight serves both. Four pixels are gathered as two such words a place. nn/pairs.hpp says why that is exact; a
// block are 4 places of the depth.
//
// A kernel row is kernel_w * in_c values, padded to a multiple of 4; depth counts all padded rows. weights: [out_c][depth], plus 128, zero
// where padded. excess: for each eight channels how many were taken, then for each the channel of the eight, its place (in words of the
// gathered pixels) and weight. bias and factors: nn/split_rescale.hpp. scratch: 10 * depth bytes, then 4 * row bytes, row = kernel_w * in_c
// rounded up to a multiple of 4.
#pragma once

#include "mote/rt/nn/conv_2d/reference.hpp"
#include "mote/rt/nn/pairs.hpp"
#include "mote/rt/nn/split_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Words of a block: what its two words begin with, then two words for each of 4 places.
constexpr int32_t pixel_block_words = 10;
/// Channels whose sums are kept at once.
constexpr int32_t pixel_pairs_chunk = 8;

/// sums[channel][pixel] of the channels until `end`, without bias; `blocks` blocks each (at least 1).
#if defined(MOTE_RT_PAIRS_ARMV7M)
// r0: x, r1: weights, r2, r3: words of the block, r4 - r7: places, r8 - r11: both words' totals and those of their upper halves, r12:
// weight, lr: blocks left. On the stack: what totals begin with, x, blocks, sums.
#define MOTE_RT_PAIRS_BLOCK(O)    \
    "ldm r0!, {r2-r7}\n\t"        \
    "ldrb r12, [r1, #" #O         \
    "+0]\n\t"                     \
    "mla r2, r4, r12, r2\n\t"     \
    "mla r3, r5, r12, r3\n\t"     \
    "ldrb r12, [r1, #" #O         \
    "+1]\n\t"                     \
    "mla r2, r6, r12, r2\n\t"     \
    "mla r3, r7, r12, r3\n\t"     \
    "ldm r0!, {r4-r7}\n\t"        \
    "ldrb r12, [r1, #" #O         \
    "+2]\n\t"                     \
    "mla r2, r4, r12, r2\n\t"     \
    "mla r3, r5, r12, r3\n\t"     \
    "ldrb r12, [r1, #" #O         \
    "+3]\n\t"                     \
    "mla r2, r6, r12, r2\n\t"     \
    "mla r3, r7, r12, r3\n\t"     \
    "add r8, r2\n\t"              \
    "add r10, r3\n\t"             \
    "add r9, r9, r2, asr #16\n\t" \
    "add r11, r11, r3, asr #16\n\t"
inline __attribute__((naked, noinline)) void pixel_pairs_dot(const uint32_t*, const int8_t*, int32_t, uint32_t (*)[4], uint32_t (*)[4]) {
    __asm__(
        "push {r0, r2, r3, r4-r11, lr}\n\t"
        "lsl r12, r2, #15\n\t"
        "rsb r12, r12, #0\n\t"
        "push {r12}\n"
        "1:\n\t"
        "ldrd r0, lr, [sp, #4]\n\t"
        "ldr r8, [sp]\n\t"
        "mov r9, #0\n\t"
        "mov r10, r8\n\t"
        "mov r11, #0\n\t"
        "subs lr, #4\n\t"
        "bmi 3f\n"
        "2:\n\t"  //
        MOTE_RT_PAIRS_BLOCK(0) MOTE_RT_PAIRS_BLOCK(4) MOTE_RT_PAIRS_BLOCK(8) MOTE_RT_PAIRS_BLOCK(12)
        "adds r1, #16\n\t"
        "subs lr, #4\n\t"
        "bpl 2b\n"
        "3:\n\t"
        "adds lr, #4\n\t"
        "beq 5f\n"
        "4:\n\t"  //
        MOTE_RT_PAIRS_BLOCK(0)
        "adds r1, #4\n\t"
        "subs lr, #1\n\t"
        "bne 4b\n"
        "5:\n\t"
        "sub r8, r8, r9, lsl #16\n\t"
        "sub r10, r10, r11, lsl #16\n\t"
        "ldr r0, [sp, #12]\n\t"
        "stm r0!, {r8-r11}\n\t"
        "str r0, [sp, #12]\n\t"
        "ldr r2, [sp, #52]\n\t"
        "cmp r0, r2\n\t"
        "bne 1b\n\t"
        "pop {r12}\n\t"
        "pop {r0, r2, r3, r4-r11, pc}\n");
}
#undef MOTE_RT_PAIRS_BLOCK
#elif defined(MOTE_RT_PAIRS_ARMV6M)
// r0: x, r1: weights, r2, r3: words of the block, r4 - r6: places, r7: weight, r8 - r11: both words' totals and those of their upper
// halves, r12: end of x, lr: end of x in whole fours. On the stack, above saved registers: x, what totals begin with, sums.
#define MOTE_RT_PAIRS_BLOCK(O) \
    "ldmia r0!, {r2-r5}\n\t"   \
    "ldrb r7, [r1, #" #O       \
    "+0]\n\t"                  \
    "muls r4, r7\n\t"          \
    "adds r2, r4\n\t"          \
    "muls r5, r7\n\t"          \
    "adds r3, r5\n\t"          \
    "ldmia r0!, {r4-r6}\n\t"   \
    "ldrb r7, [r1, #" #O       \
    "+1]\n\t"                  \
    "muls r4, r7\n\t"          \
    "adds r2, r4\n\t"          \
    "muls r5, r7\n\t"          \
    "adds r3, r5\n\t"          \
    "ldrb r7, [r1, #" #O       \
    "+2]\n\t"                  \
    "muls r6, r7\n\t"          \
    "adds r2, r6\n\t"          \
    "ldmia r0!, {r4-r6}\n\t"   \
    "muls r4, r7\n\t"          \
    "adds r3, r4\n\t"          \
    "ldrb r7, [r1, #" #O       \
    "+3]\n\t"                  \
    "muls r5, r7\n\t"          \
    "adds r2, r5\n\t"          \
    "muls r6, r7\n\t"          \
    "adds r3, r6\n\t"          \
    "add r8, r2\n\t"           \
    "asrs r2, #16\n\t"         \
    "add r9, r2\n\t"           \
    "add r10, r3\n\t"          \
    "asrs r3, #16\n\t"         \
    "add r11, r3\n\t"
inline __attribute__((naked, noinline)) void pixel_pairs_dot(const uint32_t*, const int8_t*, int32_t, uint32_t (*)[4], uint32_t (*)[4]) {
    __asm__(
        ".syntax unified\n\t"
        "push {r4-r7, lr}\n\t"
        "lsls r4, r2, #15\n\t"
        "rsbs r4, r4, #0\n\t"
        "push {r0, r3, r4}\n\t"
        "mov r4, r8\n\t"
        "mov r5, r9\n\t"
        "mov r6, r10\n\t"
        "mov r7, r11\n\t"
        "push {r4-r7}\n\t"
        "movs r4, #40\n\t"  // bytes of a block
        "movs r5, r2\n\t"
        "muls r5, r4\n\t"
        "adds r5, r0\n\t"
        "mov r12, r5\n\t"
        "lsrs r2, #2\n\t"
        "lsls r2, #2\n\t"
        "muls r2, r4\n\t"
        "adds r2, r0\n\t"
        "mov lr, r2\n"
        "1:\n\t"
        "ldr r0, [sp, #16]\n\t"
        "ldr r2, [sp, #24]\n\t"
        "mov r8, r2\n\t"
        "mov r10, r2\n\t"
        "movs r2, #0\n\t"
        "mov r9, r2\n\t"
        "mov r11, r2\n\t"
        "cmp r0, lr\n\t"
        "beq 3f\n"
        "2:\n\t"  //
        MOTE_RT_PAIRS_BLOCK(0) MOTE_RT_PAIRS_BLOCK(4) MOTE_RT_PAIRS_BLOCK(8) MOTE_RT_PAIRS_BLOCK(12)
        "adds r1, #16\n\t"
        "cmp r0, lr\n\t"
        "bne 2b\n"
        "3:\n\t"
        "cmp r0, r12\n\t"
        "beq 5f\n"
        "4:\n\t"  //
        MOTE_RT_PAIRS_BLOCK(0)
        "adds r1, #4\n\t"
        "cmp r0, r12\n\t"
        "bne 4b\n"
        "5:\n\t"
        "mov r2, r8\n\t"
        "mov r3, r9\n\t"
        "lsls r6, r3, #16\n\t"
        "subs r2, r6\n\t"
        "mov r4, r10\n\t"
        "mov r5, r11\n\t"
        "lsls r6, r5, #16\n\t"
        "subs r4, r6\n\t"
        "ldr r0, [sp, #20]\n\t"
        "stmia r0!, {r2-r5}\n\t"
        "str r0, [sp, #20]\n\t"
        "ldr r2, [sp, #48]\n\t"
        "cmp r0, r2\n\t"
        "beq 6f\n\t"
        "b 1b\n"
        "6:\n\t"
        "pop {r4-r7}\n\t"
        "mov r8, r4\n\t"
        "mov r9, r5\n\t"
        "mov r10, r6\n\t"
        "mov r11, r7\n\t"
        "pop {r1-r3}\n\t"
        "pop {r4-r7, pc}\n");
}
#undef MOTE_RT_PAIRS_BLOCK
#else
inline void pixel_pairs_dot(const uint32_t* x, const int8_t* w, int32_t blocks, uint32_t (*sums)[4], uint32_t (*end)[4]) {
    for (; sums != end; ++sums, w += 4 * blocks)
        for (int32_t pair = 0; pair < 2; ++pair) {
            uint32_t all = 0, upper = 0;
            for (int32_t b = 0; b < blocks; ++b) {
                const uint32_t* block = x + b * pixel_block_words + pair;
                uint32_t word = block[0];
                for (int32_t k = 0; k < 4; ++k) word += block[2 * k + 2] * static_cast<uint8_t>(w[4 * b + k]);
                all += word - pair_half;
                upper += upper_half(word);
            }
            (*sums)[2 * pair] = all - (upper << 16);
            (*sums)[2 * pair + 1] = upper;
        }
}
#endif

/// Adds what was taken from the weights of some channels; returns where the list of the next ones begins.
MOTE_RT_INLINE const int16_t* pixel_pairs_excess(const uint32_t* x, const int16_t* taken, uint32_t (*sums)[4]) {
    for (int32_t n = *taken++; n > 0; --n, taken += 3) {
        const uint32_t* place = x + taken[1];
        const uint32_t weight = static_cast<uint32_t>(static_cast<int32_t>(taken[2]));
        uint32_t* const of = sums[taken[0]];
        for (int32_t pair = 0; pair < 2; ++pair) {
            const uint32_t low = static_cast<uint32_t>(static_cast<int32_t>(static_cast<int16_t>(place[pair] & 0xffffu)));
            of[2 * pair] += low * weight;
            of[2 * pair + 1] += upper_half(place[pair] - low) * weight;
        }
    }
    return taken;
}

/// One kernel row of the four pixels that begin at from[0], ..., from[3], `fours` times four values and `rest` (0 to 3) more, as blocks;
/// the last block is filled up with zeros.
template <int32_t rest>
inline __attribute__((noinline)) uint32_t* conv_2d_pair_up(const int8_t* const (&from)[4], int32_t fours, uint32_t* to) {
    for (int32_t pair = 0; pair < 2; ++pair) {
        const int8_t* left = from[2 * pair];
        const int8_t* right = from[2 * pair + 1];
        uint32_t* block = to + pair;
        for (int32_t n = fours; n > 0; --n, left += 4, right += 4, block += pixel_block_words) {
            const uint32_t w0 = pair_word(left[0], right[0]), w1 = pair_word(left[1], right[1]);
            const uint32_t w2 = pair_word(left[2], right[2]), w3 = pair_word(left[3], right[3]);
            block[0] = pair_start(w0 + w1 + w2 + w3);
            block[2] = w0, block[4] = w1, block[6] = w2, block[8] = w3;
        }
        if (rest == 0) continue;
        const uint32_t w0 = pair_word(left[0], right[0]);
        const uint32_t w1 = rest > 1 ? pair_word(left[1], right[1]) : 0u, w2 = rest > 2 ? pair_word(left[2], right[2]) : 0u;
        block[0] = pair_start(w0 + w1 + w2);
        block[2] = w0, block[4] = w1, block[6] = w2, block[8] = 0;
    }
    return to + (fours + (rest > 0)) * pixel_block_words;
}

struct PairUpFour {
    static MOTE_RT_INLINE uint32_t* row(const int8_t* const (&from)[4], int32_t count, uint32_t* to) {
        const int32_t rest = count % 4;
        return rest == 0   ? conv_2d_pair_up<0>(from, count / 4, to)
               : rest == 1 ? conv_2d_pair_up<1>(from, count / 4, to)
               : rest == 2 ? conv_2d_pair_up<2>(from, count / 4, to)
                           : conv_2d_pair_up<3>(from, count / 4, to);
    }
};

/// Where the windows of the output pixels `first`, ..., `first` + 3 begin (those beyond the last repeat it); true when they lie inside.
MOTE_RT_INLINE bool conv_2d_windows(const Conv2dParameters& p, int32_t first, int32_t (&top)[4], int32_t (&left)[4]) {
    const int32_t pixels = p.out_h * p.out_w;
    const int32_t last_top = p.in_h - (p.kernel_h - 1) * p.dilation_h, last_left = p.in_w - p.kernel_w + 1;
    bool inside = p.dilation_w == 1;
    int32_t row = first / p.out_w, column = first % p.out_w;
    for (int32_t i = 0; i < 4; ++i) {
        top[i] = row * p.stride_h - p.pad_top;
        left[i] = column * p.stride_w - p.pad_left;
        inside = inside && top[i] >= 0 && top[i] < last_top && left[i] >= 0 && left[i] < last_left;
        if (first + i + 1 < pixels && ++column == p.out_w) column = 0, ++row;
    }
    return inside;
}

/// One kernel row of one pixel, copied where a part of it lies outside: the values to read.
MOTE_RT_INLINE const int8_t* conv_2d_edge_row(const Conv2dParameters& p, const int8_t* in, int32_t iy, int32_t left, int8_t* place) {
    const bool row_inside = iy >= 0 && iy < p.in_h;
    if (row_inside && p.dilation_w == 1 && left >= 0 && left + p.kernel_w <= p.in_w) return in + (iy * p.in_w + left) * p.in_c;
    const int8_t* const from = place;
    for (int32_t kx = 0; kx < p.kernel_w; ++kx) {
        const int32_t ix = left + kx * p.dilation_w;
        const bool here = row_inside && ix >= 0 && ix < p.in_w;
        const int8_t* pixel = in + (here ? (iy * p.in_w + ix) * p.in_c : 0);
        for (int32_t c = 0; c < p.in_c; ++c) *place++ = here ? pixel[c] : static_cast<int8_t>(p.in_zero_point);
    }
    return from;
}

/// The windows of the output pixels `first`, ..., `first` + 3 (those beyond the last repeat it). PairUp::row() makes blocks of a kernel
/// row.
template <class PairUp>
MOTE_RT_INLINE void conv_2d_gather_pairs(const Conv2dParameters& p, const int8_t* in, int32_t first, uint32_t* to, int8_t* rows) {
    const int32_t run = p.kernel_w * p.in_c, row_bytes = (run + 3) / 4 * 4;
    int32_t top[4], left[4];
    const int8_t* from[4];
    if (p.kernel_h * p.kernel_w * p.stride_h * p.stride_w == 1 && p.pad_top == 0 && p.pad_left == 0 && p.out_w == p.in_w &&
        p.out_h == p.in_h) {
        const int32_t last = p.out_h * p.out_w - 1;
        for (int32_t i = 0; i < 4; ++i) from[i] = in + (first + i < last ? first + i : last) * p.in_c;
        PairUp::row(from, run, to);
        return;
    }
    if (conv_2d_windows(p, first, top, left)) {
        for (int32_t i = 0; i < 4; ++i) from[i] = in + (top[i] * p.in_w + left[i]) * p.in_c;
        for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
            to = PairUp::row(from, run, to);
            for (int32_t i = 0; i < 4; ++i) from[i] += p.dilation_h * p.in_w * p.in_c;
        }
        return;
    }
    for (int32_t ky = 0; ky < p.kernel_h; ++ky) {
        for (int32_t i = 0; i < 4; ++i) from[i] = conv_2d_edge_row(p, in, top[i] + ky * p.dilation_h, left[i], rows + i * row_bytes);
        to = PairUp::row(from, run, to);
    }
}

/// Outputs of `count` pixels beside each other from sums[channel][pixel] of the channels [begin, end).
template <int32_t count>
MOTE_RT_INLINE void pixel_pairs_outputs(const Conv2dParameters& p, const uint32_t (*sums)[4], int32_t begin, int32_t end,
                                        const int32_t* bias, const int32_t* factors, int8_t* out) {
    SplitRescale rescale(p, {bias, factors}, begin);
    for (int8_t *to = out + begin, *last = out + end;; rescale.next_channel()) {
        const uint32_t b = rescale.bias();
        const uint32_t* s = *sums++;
        to[0] = rescale(s[0] + b);
        if (count > 1) to[p.out_c] = rescale(s[1] + b);
        if (count > 2) to[2 * p.out_c] = rescale(s[2] + b);
        if (count > 3) to[3 * p.out_c] = rescale(s[3] + b);
        if (++to == last) return;
    }
}

/// outputs(sums, begin, end, first, count): the channels [begin, end) of `count` (1 to 4) pixels from `first` on.
template <class Outputs>
MOTE_RT_INLINE void conv_2d_pixel_pairs_with(const Conv2dParameters& p, const int8_t* in, const int8_t* weights, const int16_t* excess,
                                             void* scratch, const Outputs& outputs) {
    constexpr int32_t chunk = pixel_pairs_chunk;
    const int32_t blocks = p.kernel_h * ((p.kernel_w * p.in_c + 3) / 4);
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    int8_t* const rows = reinterpret_cast<int8_t*>(x + blocks * pixel_block_words);
    const int32_t pixels = p.out_h * p.out_w;
    for (int32_t first = 0; first < pixels; first += 4) {
        conv_2d_gather_pairs<PairUpFour>(p, in, first, x, rows);
        const int32_t count = pixels - first < 4 ? pixels - first : 4;
        const int16_t* taken = excess;
        for (int32_t begin = 0; begin < p.out_c; begin += chunk) {
            const int32_t end = p.out_c - begin < chunk ? p.out_c : begin + chunk;
            uint32_t sums[chunk][4];
            pixel_pairs_dot(x, weights + 4 * blocks * begin, blocks, sums, sums + (end - begin));
            taken = pixel_pairs_excess(x, taken, sums);
            outputs(sums, begin, end, first, count);
        }
    }
}

MOTE_RT_INLINE void conv_2d_pixel_pairs(const Conv2dParameters& p, const int8_t* in, const int8_t* weights, const int16_t* excess,
                                        const int32_t* bias, const int32_t* factors, int8_t* out, void* scratch) {
    conv_2d_pixel_pairs_with(
        p, in, weights, excess,
        scratch, [&](const uint32_t(*sums)[4], int32_t begin, int32_t end, int32_t first, int32_t count) __attribute__((always_inline)) {
            int8_t* const to = out + first * p.out_c;
            if (count == 4)
                pixel_pairs_outputs<4>(p, sums, begin, end, bias, factors, to);
            else if (count == 3)
                pixel_pairs_outputs<3>(p, sums, begin, end, bias, factors, to);
            else if (count == 2)
                pixel_pairs_outputs<2>(p, sums, begin, end, bias, factors, to);
            else
                pixel_pairs_outputs<1>(p, sums, begin, end, bias, factors, to);
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
