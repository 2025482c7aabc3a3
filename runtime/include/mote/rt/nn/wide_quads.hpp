// wide_rescale.hpp for four pixels at a time, channel after channel.
#pragma once

#include "mote/rt/nn/wide_rescale.hpp"

#if defined(MOTE_RT_PAIRS_ARMV7M) && defined(__OPTIMIZE__)
#define MOTE_RT_WIDE_LOOPS 1
#else
#define MOTE_RT_WIDE_LOOPS 0
#endif

namespace mote {
namespace rt {
namespace nn {

/// Pixels beyond the last repeat it, and go where it lies. The offsets of the members are known to the assembly.
struct WideQuads {
    const uint32_t (*sums)[4];
    const int32_t* factors;
    int8_t *out, *end;   ///< of the first pixel
    int32_t offsets[3];  ///< of the other pixels' outputs
};

/// Of `count` pixels, the first of four.
MOTE_RT_INLINE void wide_offsets(int32_t count, int32_t out_c, int32_t (&offsets)[3]) {
    for (int32_t i = 1; i < 4; ++i) offsets[i - 1] = (i < count ? i : count - 1) * out_c;
}

#if MOTE_RT_WIDE_LOOPS
// clang-format off
// r2: doubled multiplier, r3 and r4: what the product is added to, r5: right, lr: half and zero point, r6 and r7: the output.
#define MOTE_RT_WIDE_OUTPUT(sum, tie)   \
    "mov r6, r3\n\t"                    \
    "add r7, r4, " sum "\n\t"           \
    "smlal r6, r7, " sum ", r2\n\t" tie \
    "asr r7, r7, r5\n\t"                \
    "ssat r7, #8, r7\n\t"
#define MOTE_RT_WIDE_TIE                \
    "add r7, r7, r7, asr #31\n\t"       \
    "add r7, r7, lr\n\t"
// Sums in r8 to r11, OUT: address of the first output, at OFFSETS in the stack those of the others.
#define MOTE_RT_WIDE_QUAD(OUT, OFFSETS, tie)            \
    MOTE_RT_WIDE_OUTPUT("r8", tie)                      \
    "strb r7, [" OUT "]\n\t"                            \
    MOTE_RT_WIDE_OUTPUT("r9", tie)                      \
    "ldrd r8, r9, [sp, #" #OFFSETS "]\n\t"              \
    "strb r7, [" OUT ", r8]\n\t"                        \
    MOTE_RT_WIDE_OUTPUT("r10", tie)                     \
    "strb r7, [" OUT ", r9]\n\t"                        \
    MOTE_RT_WIDE_OUTPUT("r11", tie)                     \
    "ldr r8, [sp, #" #OFFSETS " + 8]\n\t"               \
    "strb r7, [" OUT ", r8]\n\t"
#define MOTE_RT_WIDE_QUADS(tie)                         \
    __asm__(                                            \
        ".syntax unified\n\t"                           \
        "push {r4-r11, lr}\n\t"                         \
        "sub sp, sp, #16\n\t"                           \
        "add r1, r0, #12\n\t"                           \
        "ldm r1, {r2-r5}\n\t"                           \
        "stm sp, {r2-r5}\n\t"                           \
        "ldm r0, {r0, r1, r12}\n"                       \
        "1:\n\t"                                        \
        "ldm r0!, {r8-r11}\n\t"                         \
        "ldm r1!, {r2-r5, lr}\n\t"                      \
        MOTE_RT_WIDE_QUAD("r12", 4, tie)                \
        "add r12, r12, #1\n\t"                          \
        "ldr r2, [sp]\n\t"                              \
        "cmp r12, r2\n\t"                               \
        "bne 1b\n\t"                                    \
        "add sp, sp, #16\n\t"                           \
        "pop {r4-r11, pc}\n\t")
// clang-format on
inline __attribute__((naked, noinline)) void wide_quads_with_ties(const WideQuads&) { MOTE_RT_WIDE_QUADS(MOTE_RT_WIDE_TIE); }
inline __attribute__((naked, noinline)) void wide_quads_without_ties(const WideQuads&) { MOTE_RT_WIDE_QUADS(""); }
#else
template <bool ties>
inline void wide_quad_plain(const uint32_t (&sums)[4], const int32_t* factors, const int32_t (&offsets)[3], int8_t* out) {
    const struct { int32_t out_zero_point, low, high; } p = {ties ? 1 : 0, ties ? -128 : 0, 127};
    const WideRescale rescale(p, {factors}, 0);
    for (int32_t i = 0; i < 4; ++i) out[i == 0 ? 0 : offsets[i - 1]] = rescale.saturated(sums[i]);
}
template <bool ties>
inline void wide_quads_plain(const WideQuads& q) {
    for (int32_t c = 0; c < q.end - q.out; ++c) wide_quad_plain<ties>(q.sums[c], q.factors + WideRescale::words * c, q.offsets, q.out + c);
}
inline void wide_quads_with_ties(const WideQuads& q) { wide_quads_plain<true>(q); }
inline void wide_quads_without_ties(const WideQuads& q) { wide_quads_plain<false>(q); }
#endif

}  // namespace nn
}  // namespace rt
}  // namespace mote
