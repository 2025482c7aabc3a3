// vector_rows.hpp with Helium: whole loops in assembly.
#pragma once

#include "mote/rt/nn/vector_layer.hpp"

#if MOTE_RT_MVE

namespace mote {
namespace rt {
namespace nn {

/// Offsets of the members are known to the assembly.
struct MveRows {
    const int8_t* x0;
    const int8_t* x1;
    const int8_t* layer;
    int8_t* out0;
    int8_t* out1;
    int8_t* end;  ///< of out0, a multiple of 4 away
    int32_t passes, skipped_bytes;
    int32_t zero_point, low, high;
    int32_t chunks;
};

// clang-format off

// Two rows, four channels: sums in r0 r2 r4 r6 and r8 r10 r12 lr. 56 bytes of code.
#define MOTE_RT_MVE_TWO_ROWS_CHUNK(MULTIPLY) \
    "vldrb.8 q0, [r9], #16\n"                \
    "vldrb.8 q1, [r11], #16\n"               \
    "vldrw.32 q2, [r5], #16\n"               \
    #MULTIPLY " r0, q0, q2\n"                \
    "vldrw.32 q3, [r5], #16\n"               \
    #MULTIPLY " r8, q1, q2\n"                \
    "vldrw.32 q2, [r5], #16\n"               \
    #MULTIPLY " r2, q0, q3\n"                \
    #MULTIPLY " r10, q1, q3\n"               \
    "vldrw.32 q3, [r5], #16\n"               \
    #MULTIPLY " r4, q0, q2\n"                \
    #MULTIPLY " r12, q1, q2\n"               \
    #MULTIPLY " r6, q0, q3\n"                \
    #MULTIPLY " lr, q1, q3\n"

// One row, four channels: sums in r0 r2 r4 r6. 36 bytes of code.
#define MOTE_RT_MVE_ONE_ROW_CHUNK(MULTIPLY) \
    "vldrb.8 q0, [r9], #16\n"               \
    "vldrw.32 q1, [r5], #16\n"              \
    #MULTIPLY " r0, q0, q1\n"               \
    "vldrw.32 q2, [r5], #16\n"              \
    #MULTIPLY " r2, q0, q2\n"               \
    "vldrw.32 q1, [r5], #16\n"              \
    #MULTIPLY " r4, q0, q1\n"               \
    "vldrw.32 q2, [r5], #16\n"              \
    #MULTIPLY " r6, q0, q2\n"

// Shifting right rounds halves up; where what is negative is made one less before, they go away from zero.
#define MOTE_RT_MVE_AWAY(REGISTER)      \
    "vshr.s32 q3, " #REGISTER ", #31\n" \
    "vadd.i32 " #REGISTER ", " #REGISTER ", q3\n"
#define MOTE_RT_MVE_UP(REGISTER)

// Keeps low, high and zero point in q4, q5, q6, and on the stack what each group of channels starts from: x0, x1, end, passes, and the
// address where the loop is entered.
#define MOTE_RT_MVE_BEGIN                           \
    "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n" \
    "vpush {d8, d9, d10, d11, d12, d13}\n"          \
    "ldrd r1, r3, [r0, #36]\n"                      \
    "vdup.32 q4, r1\n"                              \
    "vdup.32 q5, r3\n"                              \
    "ldr r1, [r0, #32]\n"                           \
    "vdup.32 q6, r1\n"                              \
    "ldrd r5, r1, [r0, #8]\n"                       \
    "ldrd r3, r8, [r0, #16]\n"                      \
    "ldrd r9, r10, [r0, #24]\n"                     \
    "ldrd r6, r7, [r0]\n"                           \
    "adr r2, 2f\n"                                  \
    "add r10, r10, r2\n"                            \
    "push {r6, r7, r8, r9, r10}\n"

// The first chunk starts the sums; the loop over four chunks is entered where as many are left as there are.
#define MOTE_RT_MVE_GROUP(CHUNK)                    \
    "1:\n"                                          \
    "ldrd r9, r11, [sp]\n"                          \
    "ldr r7, [sp, #12]\n"                           \
    CHUNK(vmladav.s8)                               \
    "ldr pc, [sp, #16]\n"                           \
    ".balign 4\n"                                   \
    "2:\n"                                          \
    CHUNK(vmladava.s8) CHUNK(vmladava.s8)           \
    CHUNK(vmladava.s8) CHUNK(vmladava.s8)           \
    "subs.w r7, r7, #1\n"                           \
    "bne.w 2b\n"

#define MOTE_RT_MVE_END                             \
    "ldr r0, [sp, #8]\n"                            \
    "cmp r1, r0\n"                                  \
    "bne 1b\n"                                      \
    "add sp, sp, #20\n"                             \
    "vpop {d8, d9, d10, d11, d12, d13}\n"           \
    "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"

#define MOTE_RT_MVE_DEFINE_TWO_ROWS(NAME, ROUND)            \
    MOTE_RT_MVE_FUNCTION void NAME(const MveRows*) {        \
        __asm__(MOTE_RT_MVE_BEGIN                           \
                MOTE_RT_MVE_GROUP(MOTE_RT_MVE_TWO_ROWS_CHUNK) \
                "vmov q0[2], q0[0], r0, r4\n"               \
                "vmov q0[3], q0[1], r2, r6\n"               \
                "vldrw.32 q2, [r5], #16\n"                  \
                "vmov q1[2], q1[0], r8, r12\n"              \
                "vmov q1[3], q1[1], r10, lr\n"              \
                "vadd.i32 q0, q0, q2\n"                     \
                "vadd.i32 q1, q1, q2\n"                     \
                "vldrw.32 q2, [r5], #16\n"                  \
                "vqrdmulh.s32 q0, q0, q2\n"                 \
                "vqrdmulh.s32 q1, q1, q2\n"                 \
                "vldrb.s32 q2, [r5], #4\n"                  \
                ROUND(q0)                                   \
                ROUND(q1)                                   \
                "vrshl.s32 q0, q0, q2\n"                    \
                "vrshl.s32 q1, q1, q2\n"                    \
                "vadd.i32 q0, q0, q6\n"                     \
                "vadd.i32 q1, q1, q6\n"                     \
                "vmax.s32 q0, q0, q4\n"                     \
                "vmax.s32 q1, q1, q4\n"                     \
                "vmin.s32 q0, q0, q5\n"                     \
                "vstrb.32 q0, [r1], #4\n"                   \
                "vmin.s32 q1, q1, q5\n"                     \
                "vstrb.32 q1, [r3], #4\n"                   \
                MOTE_RT_MVE_END);                           \
    }

#define MOTE_RT_MVE_DEFINE_ONE_ROW(NAME, ROUND)             \
    MOTE_RT_MVE_FUNCTION void NAME(const MveRows*) {        \
        __asm__(MOTE_RT_MVE_BEGIN                           \
                MOTE_RT_MVE_GROUP(MOTE_RT_MVE_ONE_ROW_CHUNK) \
                "vmov q0[2], q0[0], r0, r4\n"               \
                "vmov q0[3], q0[1], r2, r6\n"               \
                "vldrw.32 q1, [r5], #16\n"                  \
                "vadd.i32 q0, q0, q1\n"                     \
                "vldrw.32 q2, [r5], #16\n"                  \
                "vqrdmulh.s32 q0, q0, q2\n"                 \
                "vldrb.s32 q1, [r5], #4\n"                  \
                ROUND(q0)                                   \
                "vrshl.s32 q0, q0, q1\n"                    \
                "vadd.i32 q0, q0, q6\n"                     \
                "vmax.s32 q0, q0, q4\n"                     \
                "vmin.s32 q0, q0, q5\n"                     \
                "vstrb.32 q0, [r1], #4\n"                   \
                MOTE_RT_MVE_END);                           \
    }

MOTE_RT_MVE_DEFINE_TWO_ROWS(mve_two_rows, MOTE_RT_MVE_AWAY)
MOTE_RT_MVE_DEFINE_TWO_ROWS(mve_two_rows_from_zero, MOTE_RT_MVE_UP)
MOTE_RT_MVE_DEFINE_ONE_ROW(mve_one_row, MOTE_RT_MVE_AWAY)
MOTE_RT_MVE_DEFINE_ONE_ROW(mve_one_row_from_zero, MOTE_RT_MVE_UP)

// clang-format on

#undef MOTE_RT_MVE_DEFINE_TWO_ROWS
#undef MOTE_RT_MVE_DEFINE_ONE_ROW
#undef MOTE_RT_MVE_TWO_ROWS_CHUNK
#undef MOTE_RT_MVE_ONE_ROW_CHUNK
#undef MOTE_RT_MVE_BEGIN
#undef MOTE_RT_MVE_GROUP
#undef MOTE_RT_MVE_END
#undef MOTE_RT_MVE_AWAY
#undef MOTE_RT_MVE_UP

/// Where nothing below the zero point is let through, it does not matter which way halves below zero go.
template <bool any_weights = false>
MOTE_RT_INLINE void vector_rows(const VectorLayer& l, int32_t rows, const int8_t* x0, const int8_t* x1, const int8_t* layer, int8_t* out0,
                                int8_t* out1) {
    constexpr int32_t loop = 4;
    const int32_t rest = l.chunks - 1, passes = (rest + loop - 1) / loop, skipped = rest == 0 ? loop : passes * loop - rest;
    const int32_t chunk_bytes = rows == 2 ? 56 : 36, loop_end_bytes = rest == 0 ? 8 : 0;
    const int32_t whole = l.out_c / 4 * 4;
    MveRows r{x0,    x1,     layer,   out0, out1, out0 + whole, passes, skipped * chunk_bytes + loop_end_bytes + 1, l.out_zero_point,
              l.low, l.high, l.chunks};
    const bool from_zero = l.low >= l.out_zero_point;
    const auto run = rows == 2 ? from_zero ? mve_two_rows_from_zero : mve_two_rows : from_zero ? mve_one_row_from_zero : mve_one_row;
    if (whole > 0) run(&r);
    if (whole == l.out_c) return;
    int8_t last[8];
    r.layer += whole / 4 * vector_group_bytes(l.chunks);
    r.out0 = last, r.out1 = last + 4, r.end = last + 4;
    run(&r);
    for (int32_t c = 0; c < l.out_c - whole; ++c) out0[whole + c] = last[c];
    for (int32_t c = 0; c < l.out_c - whole && rows == 2; ++c) out1[whole + c] = last[4 + c];
}

}  // namespace nn
}  // namespace rt
}  // namespace mote

#endif
