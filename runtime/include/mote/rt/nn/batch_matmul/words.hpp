// Products of matrices for cores without 16-bit multiply-accumulates: four rows of the left matrix, widened to words less their zero point,
// are multiplied with a column of the right one where it lies. The bytes are those of the reference kernel.
//
// The multiplier lies in [2^30, 2^31), the shift in [-14, -1], and depth is at most 1024 (checked where the call is generated). scratch:
// 16 bytes for each place of the depth.
#pragma once

#include "mote/rt/nn/batch_matmul/reference.hpp"
#include "mote/rt/nn/pairs_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

/// The offsets of the members are known to the assembly.
struct MatmulRows {
    const int32_t* fours_end;  ///< of the places that make whole fours
    int32_t step;              ///< bytes from one place of a column to the next
    const int32_t* end;
    int32_t start[4];  ///< what the sums begin with
};

/// sums[i] = start[i] + sum of x[k][i] * w[k * step].
#if defined(MOTE_RT_PAIRS_ARMV7M) && defined(__OPTIMIZE__)
// r0: x, r1: w, r2: step, r3: end of whole fours, r4 - r7: four rows, r8 - r11: sums, r12: weight, lr: end.
#define MOTE_RT_MATMUL_PLACE    \
    "ldm r0!, {r4-r7}\n\t"      \
    "ldrsb r12, [r1]\n\t"       \
    "add r1, r1, r2\n\t"        \
    "mla r8, r4, r12, r8\n\t"   \
    "mla r9, r5, r12, r9\n\t"   \
    "mla r10, r6, r12, r10\n\t" \
    "mla r11, r7, r12, r11\n\t"
inline __attribute__((naked, noinline)) void matmul_four_rows(const int32_t* /*x*/, const int8_t* /*w*/, const MatmulRows*,
                                                              int32_t* /*sums*/) {
    __asm__(
        ".syntax unified\n\t"
        "push {r3-r11, lr}\n\t"
        "ldm r2!, {r3, r12, lr}\n\t"
        "ldm r2, {r8-r11}\n\t"
        "mov r2, r12\n\t"
        "cmp r0, r3\n\t"
        "beq 2f\n"
        "1:\n\t" MOTE_RT_MATMUL_PLACE MOTE_RT_MATMUL_PLACE MOTE_RT_MATMUL_PLACE MOTE_RT_MATMUL_PLACE
        "cmp r0, r3\n\t"
        "bne 1b\n"
        "2:\n\t"
        "cmp r0, lr\n\t"
        "beq 4f\n"
        "3:\n\t" MOTE_RT_MATMUL_PLACE
        "cmp r0, lr\n\t"
        "bne 3b\n"
        "4:\n\t"
        "ldr r3, [sp]\n\t"
        "stm r3, {r8-r11}\n\t"
        "pop {r3-r11, pc}\n");
}
#undef MOTE_RT_MATMUL_PLACE
#elif defined(MOTE_RT_PAIRS_ARMV6M) && defined(__OPTIMIZE__)
// r0: x, r1: w, r2: 0, r3: weight, r4 - r7: four rows, r8 - r11: sums, r12: step, lr: end. On the stack: the members, sums.
#define MOTE_RT_MATMUL_PLACE \
    "ldmia r0!, {r4-r7}\n\t" \
    "ldrsb r3, [r1, r2]\n\t" \
    "add r1, r12\n\t"        \
    "muls r4, r3\n\t"        \
    "muls r5, r3\n\t"        \
    "muls r6, r3\n\t"        \
    "muls r7, r3\n\t"        \
    "add r8, r4\n\t"         \
    "add r9, r5\n\t"         \
    "add r10, r6\n\t"        \
    "add r11, r7\n\t"
inline __attribute__((naked, noinline)) void matmul_four_rows(const int32_t* /*x*/, const int8_t* /*w*/, const MatmulRows*,
                                                              int32_t* /*sums*/) {
    __asm__(
        ".syntax unified\n\t"
        "push {r4-r7, lr}\n\t"
        "mov r4, r8\n\t"
        "mov r5, r9\n\t"
        "mov r6, r10\n\t"
        "mov r7, r11\n\t"
        "push {r2-r7}\n\t"
        "ldmia r2!, {r4-r6}\n\t"
        "mov lr, r4\n\t"
        "mov r12, r5\n\t"
        "ldmia r2!, {r4-r7}\n\t"
        "mov r8, r4\n\t"
        "mov r9, r5\n\t"
        "mov r10, r6\n\t"
        "mov r11, r7\n\t"
        "movs r2, #0\n\t"
        "cmp r0, lr\n\t"
        "beq 2f\n"
        "1:\n\t" MOTE_RT_MATMUL_PLACE MOTE_RT_MATMUL_PLACE MOTE_RT_MATMUL_PLACE MOTE_RT_MATMUL_PLACE
        "cmp r0, lr\n\t"
        "bne 1b\n"
        "2:\n\t"
        "ldr r3, [sp]\n\t"
        "ldr r3, [r3, #8]\n\t"
        "mov lr, r3\n\t"
        "cmp r0, lr\n\t"
        "beq 4f\n"
        "3:\n\t" MOTE_RT_MATMUL_PLACE
        "cmp r0, lr\n\t"
        "bne 3b\n"
        "4:\n\t"
        "mov r4, r8\n\t"
        "mov r5, r9\n\t"
        "mov r6, r10\n\t"
        "mov r7, r11\n\t"
        "pop {r2, r3}\n\t"
        "stmia r3!, {r4-r7}\n\t"
        "pop {r4-r7}\n\t"
        "mov r8, r4\n\t"
        "mov r9, r5\n\t"
        "mov r10, r6\n\t"
        "mov r11, r7\n\t"
        "pop {r4-r7, pc}\n");
}
#undef MOTE_RT_MATMUL_PLACE
#else
inline void matmul_four_rows(const int32_t* x, const int8_t* w, const MatmulRows* r, int32_t* sums) {
    for (int32_t i = 0; i < 4; ++i) sums[i] = r->start[i];
    for (; x != r->end; x += 4, w += r->step)
        for (int32_t i = 0; i < 4; ++i) sums[i] += x[i] * *w;
}
#endif

/// Widens four rows, of which those beyond `count` repeat the last one.
inline void matmul_widen(const BatchMatmulParameters& p, const int8_t* left, int32_t count, int32_t* x, MatmulRows& rows) {
    for (int32_t i = 0; i < 4; ++i) {
        const int8_t* from = left + (i < count ? i : count - 1) * p.left_row;
        int32_t sum = 0;
        for (int32_t* to = x + i; to < rows.end; to += 4, from += p.left_depth) {
            *to = *from - p.left_zero_point;
            sum += *to;
        }
        rows.start[i] = -p.right_zero_point * sum;
    }
}

/// One pair of matrices.
inline __attribute__((noinline)) void matmul_words(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out,
                                                   void* scratch) {
    const PairsRescale<true> rescale(p.multiplier, p.shift);
    const int32_t columns = p.columns;
    int32_t* const x = static_cast<int32_t*>(scratch);
    MatmulRows rows = {x + p.depth / 4 * 16, p.right_depth, x + 4 * p.depth, {0, 0, 0, 0}};
    for (int32_t row = 0; row < p.rows; row += 4, left += 4 * p.left_row, out += 4 * columns) {
        const int32_t count = p.rows - row < 4 ? p.rows - row : 4;
        matmul_widen(p, left, count, x, rows);
        for (int32_t c = 0; c < columns; ++c) {
            int32_t sums[4];
            matmul_four_rows(x, right + c * p.right_column, &rows, sums);
            const auto value = [&](int32_t i) __attribute__((always_inline)) {
                return static_cast<int8_t>(clamp(rescale(sums[i]) + p.out_zero_point, -128, 127));
            };
            int8_t* to = out + c;
            to[0] = value(0);
            if (count > 1) *(to += columns) = value(1);
            if (count > 2) *(to += columns) = value(2);
            if (count > 3) *(to += columns) = value(3);
        }
    }
}

MOTE_RT_INLINE void batch_matmul_words(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out,
                                       void* scratch) {
    each_matrix_pair(
        p, [&](int32_t l, int32_t r) __attribute__((always_inline)) {
            matmul_words(p, left + l, right + r, out, scratch);
            out += p.rows * p.columns;
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
