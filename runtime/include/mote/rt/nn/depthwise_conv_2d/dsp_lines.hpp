// The inner loops of nn/depthwise_conv_2d/arm_dsp.hpp for kernels other than 3 x 3: one row of up to 9 weights, whose pairs stay in
// registers, and any kernel, four outputs of a row at a time.
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

/// One output channel of a band. A row of outputs is some made in pairs, beside each other, then some made one at a time.
struct DepthwiseChannel {
    const int8_t* weights;
    const int16_t* plane;
    int8_t* out;
    int32_t bias;
    uint32_t doubled;
    int32_t half_and_zero, right;
    int32_t out_c, row_bytes, row_step_bytes;
    int32_t pairs, singles;  ///< of a row, times 4
    int32_t rows;
    const DepthwiseConv2dParameters* parameters;
    uint32_t* taps;  ///< scratch memory
};

MOTE_RT_INLINE int8_t depthwise_rescaled(const DepthwiseChannel& c, int32_t sum) {
    const int32_t scaled = high_multiply_doubled(sum, c.doubled);
    return static_cast<int8_t>(saturate_byte((scaled + (scaled >> 31) + c.half_and_zero) >> c.right));
}

/// A kernel that is one row: its weights are packed for two outputs at a time.
MOTE_RT_INLINE constexpr bool depthwise_is_line(const DepthwiseConv2dParameters& p) {
    return p.kernel_h == 1 && p.kernel_w >= 2 && p.kernel_w <= 9 && p.stride_w <= 2;
}
/// Words of packed weights of a line.
MOTE_RT_INLINE constexpr int32_t depthwise_line_words(const DepthwiseConv2dParameters& p) { return p.kernel_w / 2; }

using DepthwiseLineFunction = void (*)(const DepthwiseChannel&);

#if MOTE_RT_ARM_DSP_LOOPS
#define MOTE_RT_LINE_TIE(v) "add " v ", " v ", " v ", asr #31\n\t"
#define MOTE_RT_LINE_NO_TIE(v) ""
// clang-format off
// A row of outputs of a kernel with W words of weights. r0: plane, r3: output, r1 and r2: sums, r4 on: weights of the first and the second
// output in turns, r12 and lr: two words of the plane. On the stack: bias, doubled, half_and_zero, right, out_c, end of pairs, end. The
// middle four are in r8 to r11 where weights leave room.
#define MOTE_RT_LINE_WEIGHTS(word, even, odd) \
    "ldr " odd ", [r1, #4*" #word "]\n\t"     \
    "sxtb16 " even ", " odd "\n\t"            \
    "sxtb16 " odd ", " odd ", ror #8\n\t"
#define MOTE_RT_LINE_WEIGHTS_1 MOTE_RT_LINE_WEIGHTS(0, "r4", "r5")
#define MOTE_RT_LINE_WEIGHTS_2 MOTE_RT_LINE_WEIGHTS_1 MOTE_RT_LINE_WEIGHTS(1, "r6", "r7")
#define MOTE_RT_LINE_WEIGHTS_3 MOTE_RT_LINE_WEIGHTS_2 MOTE_RT_LINE_WEIGHTS(2, "r8", "r9")
#define MOTE_RT_LINE_WEIGHTS_4 MOTE_RT_LINE_WEIGHTS_3 MOTE_RT_LINE_WEIGHTS(3, "r10", "r11")

#define MOTE_RT_LINE_PAIR_BEGIN        \
    "ldr r1, [sp]\n\t"                 \
    "ldrd r12, lr, [r0]\n\t"           \
    "smlatb r2, r12, r4, r1\n\t"       \
    "smlad r1, r12, r4, r1\n\t"        \
    "smlad r2, lr, r5, r2\n\t"
#define MOTE_RT_LINE_PAIR_1 MOTE_RT_LINE_PAIR_BEGIN \
    "smlabt r1, lr, r5, r1\n\t"
#define MOTE_RT_LINE_PAIR_2 MOTE_RT_LINE_PAIR_BEGIN \
    "ldr r12, [r0, #8]\n\t"            \
    "smlad r1, lr, r6, r1\n\t"         \
    "smlad r2, r12, r7, r2\n\t"        \
    "smlabt r1, r12, r7, r1\n\t"
#define MOTE_RT_LINE_PAIR_MORE MOTE_RT_LINE_PAIR_BEGIN \
    "smlad r1, lr, r6, r1\n\t"         \
    "ldrd r12, lr, [r0, #8]\n\t"       \
    "smlad r2, r12, r7, r2\n\t"        \
    "smlad r1, r12, r8, r1\n\t"        \
    "smlad r2, lr, r9, r2\n\t"
#define MOTE_RT_LINE_PAIR_3 MOTE_RT_LINE_PAIR_MORE \
    "smlabt r1, lr, r9, r1\n\t"
#define MOTE_RT_LINE_PAIR_4 MOTE_RT_LINE_PAIR_MORE \
    "ldr r12, [r0, #16]\n\t"           \
    "smlad r1, lr, r10, r1\n\t"        \
    "smlad r2, r12, r11, r2\n\t"       \
    "smlabt r1, r12, r11, r1\n\t"

#define MOTE_RT_LINE_SINGLE_BEGIN      \
    "ldr r1, [sp]\n\t"                 \
    "ldrd r12, lr, [r0]\n\t"           \
    "smlad r1, r12, r4, r1\n\t"
#define MOTE_RT_LINE_SINGLE_1 MOTE_RT_LINE_SINGLE_BEGIN \
    "smlabt r1, lr, r5, r1\n\t"
#define MOTE_RT_LINE_SINGLE_2 MOTE_RT_LINE_SINGLE_BEGIN \
    "ldr r12, [r0, #8]\n\t"            \
    "smlad r1, lr, r6, r1\n\t"         \
    "smlabt r1, r12, r7, r1\n\t"
#define MOTE_RT_LINE_SINGLE_MORE MOTE_RT_LINE_SINGLE_BEGIN \
    "smlad r1, lr, r6, r1\n\t"         \
    "ldrd r12, lr, [r0, #8]\n\t"       \
    "smlad r1, r12, r8, r1\n\t"
#define MOTE_RT_LINE_SINGLE_3 MOTE_RT_LINE_SINGLE_MORE \
    "smlabt r1, lr, r9, r1\n\t"
#define MOTE_RT_LINE_SINGLE_4 MOTE_RT_LINE_SINGLE_MORE \
    "ldr r12, [r0, #16]\n\t"           \
    "smlad r1, lr, r10, r1\n\t"        \
    "smlabt r1, r12, r11, r1\n\t"

// What rescaling needs, where it lies in registers and where it is loaded.
#define MOTE_RT_LINE_KEEP_1 "add r12, sp, #4\n\t" "ldm r12, {r8, r9, r10, r11}\n\t"
#define MOTE_RT_LINE_KEEP_2 MOTE_RT_LINE_KEEP_1
#define MOTE_RT_LINE_KEEP_3 ""
#define MOTE_RT_LINE_KEEP_4 ""
#define MOTE_RT_LINE_LOAD_1(offset) ""
#define MOTE_RT_LINE_LOAD_2(offset) ""
#define MOTE_RT_LINE_LOAD_3(offset) "ldrd r12, lr, [sp, #" #offset "]\n\t"
#define MOTE_RT_LINE_LOAD_4(offset) MOTE_RT_LINE_LOAD_3(offset)
#define MOTE_RT_LINE_DOUBLED_1 "r8"
#define MOTE_RT_LINE_DOUBLED_2 "r8"
#define MOTE_RT_LINE_DOUBLED_3 "r12"
#define MOTE_RT_LINE_DOUBLED_4 "r12"
#define MOTE_RT_LINE_HALF_1 "r9"
#define MOTE_RT_LINE_HALF_2 "r9"
#define MOTE_RT_LINE_HALF_3 "lr"
#define MOTE_RT_LINE_HALF_4 "lr"
#define MOTE_RT_LINE_RIGHT_1 "r10"
#define MOTE_RT_LINE_RIGHT_2 "r10"
#define MOTE_RT_LINE_RIGHT_3 "r12"
#define MOTE_RT_LINE_RIGHT_4 "r12"
#define MOTE_RT_LINE_STEP_1 "r11"
#define MOTE_RT_LINE_STEP_2 "r11"
#define MOTE_RT_LINE_STEP_3 "lr"
#define MOTE_RT_LINE_STEP_4 "lr"

#define MOTE_RT_LINE(W, tie)                                     \
    __asm__ volatile(                                            \
        ".syntax unified\n\t"                                    \
        "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"        \
        "sub sp, sp, #28\n\t"                                    \
        "add r12, r0, #12\n\t"                                   \
        "ldm r12, {r4, r5, r6, r7, r8}\n\t"                      \
        "stm sp, {r4, r5, r6, r7, r8}\n\t"                       \
        "ldrd r4, r5, [r0, #40]\n\t"                             \
        "ldr r1, [r0]\n\t"                                       \
        "ldrd r0, r3, [r0, #4]\n\t"                              \
        "add r4, r4, r0\n\t"                                     \
        "add r5, r5, r4\n\t"                                     \
        "strd r4, r5, [sp, #20]\n\t"                             \
        "cmp r0, r4\n\t"                                         \
        MOTE_RT_LINE_WEIGHTS_##W MOTE_RT_LINE_KEEP_##W           \
        "beq 3f\n"                                               \
        "2:\n\t" /* a pair */                                    \
        MOTE_RT_LINE_PAIR_##W MOTE_RT_LINE_LOAD_##W(4)           \
        "adds r0, r0, #4\n\t"                                    \
        "smmlar r1, r1, " MOTE_RT_LINE_DOUBLED_##W ", r1\n\t"    \
        "smmlar r2, r2, " MOTE_RT_LINE_DOUBLED_##W ", r2\n\t"    \
        tie("r1") tie("r2")                                      \
        "add r1, r1, " MOTE_RT_LINE_HALF_##W "\n\t"              \
        "add r2, r2, " MOTE_RT_LINE_HALF_##W "\n\t"              \
        MOTE_RT_LINE_LOAD_##W(12)                                \
        "asr r1, r1, " MOTE_RT_LINE_RIGHT_##W "\n\t"             \
        "asr r2, r2, " MOTE_RT_LINE_RIGHT_##W "\n\t"             \
        "ssat r1, #8, r1\n\t"                                    \
        "ssat r2, #8, r2\n\t"                                    \
        "strb r1, [r3]\n\t"                                      \
        "strb r2, [r3, " MOTE_RT_LINE_STEP_##W "]\n\t"           \
        "add r3, r3, " MOTE_RT_LINE_STEP_##W ", lsl #1\n\t"      \
        "ldr r12, [sp, #20]\n\t"                                 \
        "cmp r0, r12\n\t"                                        \
        "bne 2b\n"                                               \
        "3:\n\t"                                                 \
        "ldr r12, [sp, #24]\n\t"                                 \
        "cmp r0, r12\n\t"                                        \
        "beq 5f\n"                                               \
        "4:\n\t" /* a single one */                              \
        MOTE_RT_LINE_SINGLE_##W MOTE_RT_LINE_LOAD_##W(4)         \
        "adds r0, r0, #4\n\t"                                    \
        "smmlar r1, r1, " MOTE_RT_LINE_DOUBLED_##W ", r1\n\t"    \
        tie("r1")                                                \
        "add r1, r1, " MOTE_RT_LINE_HALF_##W "\n\t"              \
        MOTE_RT_LINE_LOAD_##W(12)                                \
        "asr r1, r1, " MOTE_RT_LINE_RIGHT_##W "\n\t"             \
        "ssat r1, #8, r1\n\t"                                    \
        "strb r1, [r3]\n\t"                                      \
        "add r3, r3, " MOTE_RT_LINE_STEP_##W "\n\t"              \
        "ldr r12, [sp, #24]\n\t"                                 \
        "cmp r0, r12\n\t"                                        \
        "bne 4b\n"                                               \
        "5:\n\t"                                                 \
        "add sp, sp, #28\n\t"                                    \
        "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n\t")
// clang-format on
// All registers are in use: functions without a frame leave none to the compiler.
#define MOTE_RT_LINE_FUNCTIONS(W)                                                                                                          \
    __attribute__((naked, noinline)) inline void depthwise_line_##W##_ties(const DepthwiseChannel&) { MOTE_RT_LINE(W, MOTE_RT_LINE_TIE); } \
    __attribute__((naked, noinline)) inline void depthwise_line_##W##_plain(const DepthwiseChannel&) {                                     \
        MOTE_RT_LINE(W, MOTE_RT_LINE_NO_TIE);                                                                                              \
    }
MOTE_RT_LINE_FUNCTIONS(1)
MOTE_RT_LINE_FUNCTIONS(2)
MOTE_RT_LINE_FUNCTIONS(3)
MOTE_RT_LINE_FUNCTIONS(4)
#undef MOTE_RT_LINE_FUNCTIONS

MOTE_RT_INLINE DepthwiseLineFunction depthwise_line_function(int32_t words, bool ties) {
    return words == 1   ? ties ? depthwise_line_1_ties : depthwise_line_1_plain
           : words == 2 ? ties ? depthwise_line_2_ties : depthwise_line_2_plain
           : words == 3 ? ties ? depthwise_line_3_ties : depthwise_line_3_plain
           : ties       ? depthwise_line_4_ties
                        : depthwise_line_4_plain;
}
#else
inline void depthwise_line_plain(const DepthwiseChannel& c) {
    const int32_t words = depthwise_line_words(*c.parameters), step = c.pairs > 0 ? 1 : 2;
    int8_t* out = c.out;
    for (int32_t i = 0; i < c.pairs / 2 + c.singles / 4; ++i, out += c.out_c) {
        const int16_t* const x = c.plane + i * step;
        int32_t sum = c.bias;
        for (int32_t k = 0; k < words; ++k) sum = dot_pair(load_word(x + 2 * k), even_bytes(load_word(c.weights + 4 * k)), sum);
        *out = depthwise_rescaled(c, low_times_high(load_word(x + 2 * words), odd_bytes(load_word(c.weights + 4 * words - 4)), sum));
    }
}
MOTE_RT_INLINE DepthwiseLineFunction depthwise_line_function(int32_t, bool) { return depthwise_line_plain; }
#endif

/// Rows of outputs of a kernel that is one row.
MOTE_RT_INLINE void depthwise_lines(const DepthwiseChannel& channel, DepthwiseLineFunction run) {
    DepthwiseChannel c = channel;
    for (int32_t y = c.rows; y > 0; --y) {
        run(c);
        c.plane += c.row_step_bytes / 2;
        c.out += (c.pairs / 2 + c.singles / 4) * c.out_c;
    }
}

/// Any kernel: four outputs of a row from four places in the plane. The offsets of the members are known to the assembly.
struct DepthwiseQuad {
    const uint32_t* taps;  ///< for each two weights of each row: as they meet the input of an output, and as they meet that of the next
    int32_t bias, kernel_h, steps, row_bytes;
    uint32_t doubled;
    int32_t half_and_zero, right, out_c;
    int32_t stride_bytes;
};

#if MOTE_RT_ARM_DSP_LOOPS
// clang-format off
// r0: quad, r1: taps, r2: steps left, r3: row of the plane, r4 to r7: sums, lr: plane, r12: rows left, which lie on the stack, above the
// output, where r12 is the distance of the outputs' inputs.
#define MOTE_RT_QUAD(begin, row, next_row, tie)                           \
    __asm__ volatile(                                                     \
        ".syntax unified\n\t"                                             \
        "push {r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"         \
        "mov r3, r1\n\t"                                                  \
        "ldm r0, {r1, r4, r12}\n\t"                                       \
        "mov r5, r4\n\t"                                                  \
        "mov r6, r4\n\t"                                                  \
        "mov r7, r4\n\t"                                                  \
        begin                                                             \
        "1:\n\t"                                                          \
        "ldr r2, [r0, #12]\n\t"                                           \
        "mov lr, r3\n\t"                                                  \
        row                                                               \
        "ldr r2, [r0, #16]\n\t"                                           \
        "add r3, r3, r2\n\t"                                              \
        next_row                                                          \
        "bne 1b\n\t"                                                      \
        "pop {r2, r3}\n\t"                                                \
        "add r1, r0, #20\n\t"                                             \
        "ldm r1, {r8, r9, r10, r11}\n\t"                                  \
        MOTE_RT_QUAD_RESCALE("r4", tie)                                   \
        MOTE_RT_QUAD_RESCALE("r5", tie)                                   \
        MOTE_RT_QUAD_RESCALE("r6", tie)                                   \
        MOTE_RT_QUAD_RESCALE("r7", tie)                                   \
        "strb r4, [r2]\n\t"                                               \
        "strb r5, [r2, r11]\n\t"                                          \
        "add r2, r2, r11, lsl #1\n\t"                                     \
        "strb r6, [r2]\n\t"                                               \
        "strb r7, [r2, r11]\n\t"                                          \
        "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n\t")
#define MOTE_RT_QUAD_RESCALE(v, tie)            \
    "smmlar " v ", " v ", r8, " v "\n\t" tie(v) \
    "add " v ", " v ", r9\n\t"                  \
    "asr " v ", " v ", r10\n\t"                 \
    "ssat " v ", #8, " v "\n\t"
// Outputs beside each other share what they read: the second of two meets the taps moved by one place.
#define MOTE_RT_QUAD_STEP(now, next)   \
    "ldrd r10, r11, [r1], #8\n\t"      \
    "ldr " next ", [lr], #4\n\t"       \
    "smlad r4, " now ", r10, r4\n\t"   \
    "smlad r5, " now ", r11, r5\n\t"   \
    "smlad r6, " next ", r10, r6\n\t"  \
    "smlad r7, " next ", r11, r7\n\t"
#define MOTE_RT_QUAD_BESIDE            \
    "ldr r8, [lr], #4\n\t"             \
    "lsrs r2, r2, #1\n\t"              \
    "bcc 2f\n\t"                       \
    MOTE_RT_QUAD_STEP("r8", "r9")      \
    "mov r8, r9\n"                     \
    "2:\n\t"                           \
    MOTE_RT_QUAD_STEP("r8", "r9")      \
    MOTE_RT_QUAD_STEP("r9", "r8")      \
    "subs r2, r2, #1\n\t"              \
    "bne 2b\n\t"
#define MOTE_RT_QUAD_BESIDE_NEXT "subs r12, r12, #1\n\t"
#define MOTE_RT_QUAD_APART_BEGIN       \
    "str r12, [sp, #4]\n\t"            \
    "ldr r12, [r0, #36]\n"
#define MOTE_RT_QUAD_APART             \
    "2:\n\t"                           \
    "ldr r10, [r1], #8\n\t"            \
    "ldr r8, [lr, r12]\n\t"            \
    "ldr r9, [lr, r12, lsl #1]\n\t"    \
    "add r11, lr, r12, lsl #1\n\t"     \
    "ldr r11, [r11, r12]\n\t"          \
    "smlad r5, r8, r10, r5\n\t"        \
    "ldr r8, [lr], #4\n\t"             \
    "smlad r6, r9, r10, r6\n\t"        \
    "smlad r7, r11, r10, r7\n\t"       \
    "smlad r4, r8, r10, r4\n\t"        \
    "subs r2, r2, #1\n\t"              \
    "bne 2b\n\t"
#define MOTE_RT_QUAD_APART_NEXT        \
    "ldr r2, [sp, #4]\n\t"             \
    "subs r2, r2, #1\n\t"              \
    "str r2, [sp, #4]\n\t"
// clang-format on
__attribute__((naked, noinline)) inline void depthwise_quad_beside(const DepthwiseQuad&, const int16_t*, int8_t*) {
    MOTE_RT_QUAD("", MOTE_RT_QUAD_BESIDE, MOTE_RT_QUAD_BESIDE_NEXT, MOTE_RT_LINE_TIE);
}
__attribute__((naked, noinline)) inline void depthwise_quad_apart(const DepthwiseQuad&, const int16_t*, int8_t*) {
    MOTE_RT_QUAD(MOTE_RT_QUAD_APART_BEGIN, MOTE_RT_QUAD_APART, MOTE_RT_QUAD_APART_NEXT, MOTE_RT_LINE_TIE);
}
#else
inline void depthwise_quad_apart(const DepthwiseQuad& q, const int16_t* plane, int8_t* out) {
    const DepthwiseChannel c = {nullptr, nullptr, nullptr, 0, q.doubled, q.half_and_zero, q.right, 0, 0, 0, 0, 0, 0, nullptr, nullptr};
    for (int32_t i = 0; i < 4; ++i, plane += q.stride_bytes / 2, out += q.out_c) {
        const uint32_t* tap = q.taps;
        int32_t sum = q.bias;
        for (int32_t ky = 0; ky < q.kernel_h; ++ky)
            for (int32_t k = 0; k < q.steps; ++k, tap += 2) sum = dot_pair(load_word(plane + ky * (q.row_bytes / 2) + 2 * k), tap[0], sum);
        *out = depthwise_rescaled(c, sum);
    }
}
inline void depthwise_quad_beside(const DepthwiseQuad& q, const int16_t* plane, int8_t* out) { depthwise_quad_apart(q, plane, out); }
#endif

/// For each row of the kernel its weights in pairs, as they meet the input of one output, and as they meet that of the next.
MOTE_RT_INLINE void depthwise_expand_taps(const DepthwiseConv2dParameters& p, const int8_t* weights, uint32_t* taps) {
    for (int32_t ky = 0; ky < p.kernel_h; ++ky, weights += p.kernel_w)
        for (int32_t k = 0; k <= p.kernel_w; k += 2) {
            const int32_t before = k > 0 ? weights[k - 1] : 0, here = k < p.kernel_w ? weights[k] : 0;
            const int32_t after = k + 1 < p.kernel_w ? weights[k + 1] : 0;
            *taps++ = low_halves(static_cast<uint32_t>(here), static_cast<uint32_t>(after));
            *taps++ = low_halves(static_cast<uint32_t>(before), static_cast<uint32_t>(here));
        }
}
/// Words of 16-bit weights that a row of two neighbouring outputs takes.
MOTE_RT_INLINE constexpr int32_t depthwise_tap_words(const DepthwiseConv2dParameters& p) { return p.kernel_w / 2 + 1; }

/// One output from a place in the plane.
MOTE_RT_INLINE void depthwise_one(const DepthwiseQuad& q, const DepthwiseChannel& c, const int16_t* plane, int8_t* out) {
    const uint32_t* tap = q.taps;
    int32_t sum = q.bias;
    for (int32_t ky = q.kernel_h; ky > 0; --ky, plane += q.row_bytes / 2)
        for (int32_t k = 0; k < q.steps; ++k, tap += 2) sum = dot_pair(load_word(plane + 2 * k), tap[0], sum);
    *out = depthwise_rescaled(c, sum);
}

/// A band of any kernel, any stride. The last four outputs of a row may be some that are there already.
inline __attribute__((noinline)) void depthwise_any(const DepthwiseChannel& c) {
    const DepthwiseConv2dParameters& p = *c.parameters;
    depthwise_expand_taps(p, c.weights, c.taps);
    const DepthwiseQuad quad = {c.taps,          c.bias,  p.kernel_h, depthwise_tap_words(p), c.row_bytes, c.doubled,
                                c.half_and_zero, c.right, c.out_c,    2 * p.stride_w};
    const bool beside = p.stride_w == 1 && p.kernel_w > 1;
    const int16_t* row = c.plane;
    int8_t* out = c.out;
    for (int32_t y = c.rows; y > 0; --y, row += c.row_step_bytes / 2, out += p.out_w * c.out_c) {
        if (p.out_w < 4) {
            for (int32_t x = 0; x < p.out_w; ++x) depthwise_one(quad, c, row + x * p.stride_w, out + x * c.out_c);
            continue;
        }
        for (int32_t x = 0;; x = x + 8 <= p.out_w ? x + 4 : p.out_w - 4) {
            if (beside)
                depthwise_quad_beside(quad, row + x, out + x * c.out_c);
            else
                depthwise_quad_apart(quad, row + x * p.stride_w, out + x * c.out_c);
            if (x + 4 == p.out_w) break;
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
