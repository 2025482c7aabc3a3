// Fully connected layer for cores without 16-bit multiply-accumulates: the weights of two channels share a 32-bit word, so that one product
// with an input serves both (nn/pairs.hpp says why that is exact).
//
// A block are `block` inputs, 4 or 8. weights: for each four channels, for each input (their number rounded up to whole blocks) the bytes
// of channels 0, 2, 1, 3, each plus 128: the even bytes of a word are one pair, the odd ones the other. excess: for each channel how many
// were taken, then for each its place (in words of the spread input) and weight. bias and factors: nn/split_rescale.hpp. Missing channels
// have weight 0. scratch: dense_spread_words() words.
#pragma once

#include "mote/rt/nn/dense/reference.hpp"
#include "mote/rt/nn/pairs.hpp"
#include "mote/rt/nn/split_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Of each block what its words begin with, then its inputs.
MOTE_RT_INLINE constexpr int32_t dense_spread_words(int32_t in_c, int32_t block) { return (in_c + block - 1) / block * (block + 1); }

/// Totals of two words: those of all of the first and of its upper halves, then those of the second.
struct ChannelTotals {
    uint32_t of[4];
};

#if defined(MOTE_RT_PAIRS_ARMV7M)
// r0: x, r1: weights, r2, r3: words of the block, r4, r5: inputs, r6, r7: weights, r8 - r11: totals, r12: one pair of weights, lr: bytes of
// a pair. On the stack: end of x, totals.
#define MOTE_RT_DENSE_TWO          \
    "ldm r1!, {r6, r7}\n\t"        \
    "and r12, r6, #0x00ff00ff\n\t" \
    "mla r2, r4, r12, r2\n\t"      \
    "and r6, lr, r6, lsr #8\n\t"   \
    "mla r3, r4, r6, r3\n\t"       \
    "and r12, r7, #0x00ff00ff\n\t" \
    "mla r2, r5, r12, r2\n\t"      \
    "and r7, lr, r7, lsr #8\n\t"   \
    "mla r3, r5, r7, r3\n\t"
#define MOTE_RT_DENSE_NEXT_TWO "ldm r0!, {r4, r5}\n\t" MOTE_RT_DENSE_TWO
#define MOTE_RT_DENSE_DOT(BLOCK)        \
    __asm__(                            \
        "push {r2-r11, lr}\n\t"         \
        "ldm r3, {r8-r11}\n\t"          \
        "mov lr, #0x00ff00ff\n"         \
        "1:\n\t"                        \
        "ldm r0!, {r2, r4, r5}\n\t"     \
        "mov r3, r2\n\t" BLOCK          \
        "add r8, r2\n\t"                \
        "add r9, r9, r2, asr #16\n\t"   \
        "add r10, r3\n\t"               \
        "add r11, r11, r3, asr #16\n\t" \
        "ldr r12, [sp]\n\t"             \
        "cmp r0, r12\n\t"               \
        "bne 1b\n\t"                    \
        "ldr r3, [sp, #4]\n\t"          \
        "stm r3, {r8-r11}\n\t"          \
        "pop {r2-r11, pc}\n")
#define MOTE_RT_DENSE_BLOCK_4 MOTE_RT_DENSE_TWO MOTE_RT_DENSE_NEXT_TWO
#define MOTE_RT_DENSE_BLOCK_8 MOTE_RT_DENSE_BLOCK_4 MOTE_RT_DENSE_NEXT_TWO MOTE_RT_DENSE_NEXT_TWO
#elif defined(MOTE_RT_PAIRS_ARMV6M)
// r0: x, r1: weights, r2, r3: words of the block, r4: input, r5, r6: pairs of weights, r7: bytes of a pair, r8 - r11: totals, r12: end of
// x.
#define MOTE_RT_DENSE_ONE \
    "ldmia r1!, {r5}\n\t" \
    "lsrs r6, r5, #8\n\t" \
    "ands r6, r7\n\t"     \
    "ands r5, r7\n\t"     \
    "muls r5, r4\n\t"     \
    "adds r2, r5\n\t"     \
    "muls r6, r4\n\t"     \
    "adds r3, r6\n\t"
#define MOTE_RT_DENSE_NEXT "ldmia r0!, {r4}\n\t" MOTE_RT_DENSE_ONE
#define MOTE_RT_DENSE_DOT(BLOCK)  \
    __asm__(                      \
        ".syntax unified\n\t"     \
        "push {r3-r7, lr}\n\t"    \
        "mov r12, r2\n\t"         \
        "mov r4, r8\n\t"          \
        "mov r5, r9\n\t"          \
        "mov r6, r10\n\t"         \
        "mov r7, r11\n\t"         \
        "push {r4-r7}\n\t"        \
        "ldmia r3!, {r4-r7}\n\t"  \
        "mov r8, r4\n\t"          \
        "mov r9, r5\n\t"          \
        "mov r10, r6\n\t"         \
        "mov r11, r7\n\t"         \
        "movs r7, #0xff\n\t"      \
        "lsls r6, r7, #16\n\t"    \
        "orrs r7, r6\n"           \
        "1:\n\t"                  \
        "ldmia r0!, {r2, r4}\n\t" \
        "movs r3, r2\n\t" BLOCK   \
        "add r8, r2\n\t"          \
        "asrs r2, #16\n\t"        \
        "add r9, r2\n\t"          \
        "add r10, r3\n\t"         \
        "asrs r3, #16\n\t"        \
        "add r11, r3\n\t"         \
        "cmp r0, r12\n\t"         \
        "bne 1b\n\t"              \
        "mov r4, r8\n\t"          \
        "mov r5, r9\n\t"          \
        "mov r6, r10\n\t"         \
        "mov r7, r11\n\t"         \
        "ldr r3, [sp, #16]\n\t"   \
        "stmia r3!, {r4-r7}\n\t"  \
        "pop {r4-r7}\n\t"         \
        "mov r8, r4\n\t"          \
        "mov r9, r5\n\t"          \
        "mov r10, r6\n\t"         \
        "mov r11, r7\n\t"         \
        "pop {r3-r7, pc}\n")
#define MOTE_RT_DENSE_BLOCK_4 MOTE_RT_DENSE_ONE MOTE_RT_DENSE_NEXT MOTE_RT_DENSE_NEXT MOTE_RT_DENSE_NEXT
#define MOTE_RT_DENSE_BLOCK_8 MOTE_RT_DENSE_BLOCK_4 MOTE_RT_DENSE_NEXT MOTE_RT_DENSE_NEXT MOTE_RT_DENSE_NEXT MOTE_RT_DENSE_NEXT
#endif

/// Adds to the totals of four channels over the inputs from x to before `end`, in blocks of 4 or 8.
#if defined(MOTE_RT_DENSE_DOT)
inline __attribute__((naked, noinline)) void channel_pairs_dot_4(const uint32_t*, const int8_t*, const uint32_t*, ChannelTotals*) {
    MOTE_RT_DENSE_DOT(MOTE_RT_DENSE_BLOCK_4);
}
inline __attribute__((naked, noinline)) void channel_pairs_dot_8(const uint32_t*, const int8_t*, const uint32_t*, ChannelTotals*) {
    MOTE_RT_DENSE_DOT(MOTE_RT_DENSE_BLOCK_8);
}
#undef MOTE_RT_DENSE_DOT
#undef MOTE_RT_DENSE_BLOCK_4
#undef MOTE_RT_DENSE_BLOCK_8
#else
template <int32_t block>
void channel_pairs_dot(const uint32_t* x, const int8_t* w, const uint32_t* end, ChannelTotals* totals) {
    while (x != end) {
        uint32_t words[2] = {*x, *x};
        ++x;
        for (int32_t k = 0; k < block; ++k, ++x, w += 4)
            for (int i = 0; i < 2; ++i)
                words[i] += *x * (static_cast<uint8_t>(w[i]) + (static_cast<uint32_t>(static_cast<uint8_t>(w[i + 2])) << 16));
        for (int i = 0; i < 2; ++i) {
            totals->of[2 * i] += words[i];
            totals->of[2 * i + 1] += upper_half(words[i]);
        }
    }
}
inline void channel_pairs_dot_4(const uint32_t* x, const int8_t* w, const uint32_t* end, ChannelTotals* totals) {
    channel_pairs_dot<4>(x, w, end, totals);
}
inline void channel_pairs_dot_8(const uint32_t* x, const int8_t* w, const uint32_t* end, ChannelTotals* totals) {
    channel_pairs_dot<8>(x, w, end, totals);
}
#endif

/// Spreads `count` values over blocks (see dense_spread_words()) and returns the end of what it wrote.
MOTE_RT_INLINE uint32_t* spread_blocks(const int8_t* in, int32_t count, int32_t block, uint32_t* to) {
    for (int32_t k = 0; k < count; k += block) {
        const int32_t here = count - k < block ? count - k : block;
        uint32_t* const start = to++;
        uint32_t sum = 0;
        for (int32_t i = 0; i < here; ++i) {
            const uint32_t x = static_cast<uint32_t>(static_cast<int32_t>(in[k + i]));
            *to++ = x;
            sum += x;
        }
        for (int32_t i = here; i < block; ++i) *to++ = 0;
        *start = pair_start(sum + (sum << 16));
    }
    return to;
}

/// Adds to the totals of four channels over all blocks of a spread vector, without what was taken from their weights, and takes the upper
/// channel of each two from the lower one.
MOTE_RT_INLINE void add_channel_totals(const uint32_t* x, const int8_t* weights, const uint32_t* end, int32_t block, ChannelTotals& t) {
    if (block == 8)
        channel_pairs_dot_8(x, weights, end, &t);
    else
        channel_pairs_dot_4(x, weights, end, &t);
    t.of[0] -= t.of[1] << 16;
    t.of[2] -= t.of[3] << 16;
}

/// sum with what was taken from a channel's weights; `excess` goes on to the next channel's list.
MOTE_RT_INLINE uint32_t with_excess(uint32_t sum, const uint32_t* x, const int16_t*& excess) {
    for (int32_t n = *excess++; n > 0; --n, excess += 2) sum += x[excess[0]] * static_cast<uint32_t>(static_cast<int32_t>(excess[1]));
    return sum;
}

MOTE_RT_INLINE void dense_channel_pairs(const DenseParameters& p, const int8_t* in, const int8_t* weights, const int16_t* excess,
                                        const int32_t* bias, const int32_t* factors, int8_t* out, void* scratch) {
    const bool ties = split_has_ties(p);
    const int32_t step = p.per_channel ? split_words(ties) : 0, blocks = (p.in_c + p.block - 1) / p.block;
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    const uint32_t* const end = spread_blocks(in, p.in_c, p.block, x);
    const uint32_t start = 0u - static_cast<uint32_t>(blocks) * pair_half;
    for (int32_t oc = 0; oc < p.out_c; oc += 4, weights += 4 * blocks * p.block) {
        ChannelTotals t = {{start, 0, start, 0}};
        add_channel_totals(x, weights, end, p.block, t);
        const int32_t count = p.out_c - oc < 4 ? p.out_c - oc : 4;
        for (int32_t c = 0; c < count; ++c, factors += step) {
            const uint32_t sum = with_excess(t.of[c] + static_cast<uint32_t>(*bias++), x, excess);
            *out++ = split_rescaled(sum, split_factors(factors, ties), p.split_bits, ties);
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
