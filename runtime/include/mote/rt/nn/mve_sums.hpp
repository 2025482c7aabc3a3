// Rows of bytes times a vector, as words, with Helium: the loop in assembly. And multiply() of four numbers.
#pragma once

#include "mote/rt/nn/mve.hpp"

#if MOTE_RT_MVE

namespace mote {
namespace rt {
namespace nn {

/// multiply() of each lane; shift in [-31, 30].
MOTE_RT_INLINE int32x4_t mve_multiply(int32x4_t x, int32_t multiplier, int32_t shift) {
    if (shift >= 0) return vqrdmulhq_n_s32(vshlq_r_s32(x, shift), multiplier);
    x = vqrdmulhq_n_s32(x, multiplier);
    return vrshlq_n_s32(vaddq_s32(x, vshrq_n_s32(x, 31)), shift);
}

/// Offsets of the members are known to the assembly.
struct MveSums {
    const int8_t *x, *weights;
    const int32_t* bias;
    int32_t *sums, *end;
    int32_t passes, skipped_bytes;
};

// clang-format off
// One row of sixteen places, four channels: sums in r0 r2 r4 r6. 36 bytes of code.
#define MOTE_RT_MVE_SUMS_CHUNK(MULTIPLY) \
    "vldrb.8 q0, [r9], #16\n"            \
    "vldrw.32 q1, [r5], #16\n"           \
    #MULTIPLY " r0, q0, q1\n"            \
    "vldrw.32 q2, [r5], #16\n"           \
    #MULTIPLY " r2, q0, q2\n"            \
    "vldrw.32 q1, [r5], #16\n"           \
    #MULTIPLY " r4, q0, q1\n"            \
    "vldrw.32 q2, [r5], #16\n"           \
    #MULTIPLY " r6, q0, q2\n"

// The first chunk starts the sums; the loop over four chunks is entered where as many are left as there are.
MOTE_RT_MVE_FUNCTION void mve_sums_loop(const MveSums*) {
    __asm__("push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n"
            "ldrd r11, r5, [r0]\n"
            "ldrd r8, r1, [r0, #8]\n"
            "ldrd r12, r3, [r0, #16]\n"
            "ldr r10, [r0, #24]\n"
            "adr r2, 2f\n"
            "add r10, r10, r2\n"
            "1:\n"
            "mov r9, r11\n"
            "mov r7, r3\n"
            MOTE_RT_MVE_SUMS_CHUNK(vmladav.s8)
            "bx r10\n"
            ".balign 4\n"
            "2:\n"
            MOTE_RT_MVE_SUMS_CHUNK(vmladava.s8) MOTE_RT_MVE_SUMS_CHUNK(vmladava.s8)
            MOTE_RT_MVE_SUMS_CHUNK(vmladava.s8) MOTE_RT_MVE_SUMS_CHUNK(vmladava.s8)
            "subs.w r7, r7, #1\n"
            "bne.w 2b\n"
            "vmov q0[2], q0[0], r0, r4\n"
            "vmov q0[3], q0[1], r2, r6\n"
            "vldrw.32 q1, [r8], #16\n"
            "vadd.i32 q0, q0, q1\n"
            "vstrw.32 q0, [r1], #16\n"
            "cmp r1, r12\n"
            "bne.w 1b\n"
            "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n");
}
// clang-format on
#undef MOTE_RT_MVE_SUMS_CHUNK

/// The sums of `rows` rows, a multiple of 4, of 16 * chunks places each; weights as in gates_vector.hpp.
MOTE_RT_INLINE void mve_sums(const int8_t* x, int32_t chunks, const int8_t* weights, const int32_t* bias, int32_t rows, int32_t* sums) {
    constexpr int32_t loop = 4, chunk_bytes = 36;
    const int32_t rest = chunks - 1, passes = (rest + loop - 1) / loop, skipped = rest == 0 ? loop : passes * loop - rest;
    const int32_t loop_end_bytes = rest == 0 ? 8 : 0;
    const MveSums s = {x, weights, bias, sums, sums + rows, passes, skipped * chunk_bytes + loop_end_bytes + 1};
    mve_sums_loop(&s);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote

#endif
