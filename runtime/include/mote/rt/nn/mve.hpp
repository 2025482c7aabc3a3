// Helium, the vector extension of the M profile (MVE): whether a build has it, and moving bytes with it. Kernels written for it have the
// same in plain C++, so that they run and are tested everywhere.
#pragma once

#include "mote/rt/nn/kernel.hpp"

// What the kernels need most are whole loops in assembly: gcc 12 moves sums to lanes through the stack and has no tail-predicated loops.
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1) && defined(__OPTIMIZE__) && !defined(__clang__)
#define MOTE_RT_MVE 1
#include <arm_mve.h>
// A function written in assembly; callers assume nothing about what it leaves in registers that a call may change.
#define MOTE_RT_MVE_FUNCTION inline __attribute__((naked, noinline, noipa))
#else
#define MOTE_RT_MVE 0
#endif

namespace mote {
namespace rt {
namespace nn {

/// The same address. gcc 12 gets the constant mask wrong when it selects among several addresses with vector instructions.
MOTE_RT_INLINE const int8_t* unvectorised(const int8_t* address) {
#if MOTE_RT_MVE
    __asm__("" : "+r"(address));
#endif
    return address;
}

/// `count` bytes, any number, not one more read or written.
MOTE_RT_INLINE void copy_bytes(const int8_t* from, int32_t count, int8_t* to) {
#if MOTE_RT_MVE
    if (count % 16 == 0 && count <= 64) {
#pragma GCC unroll 4
        for (int32_t i = 0; i < count; i += 16) vst1q_s8(to + i, vld1q_s8(from + i));
        return;
    }
    __asm__ volatile(
        "wlstp.8 lr, %[count], 2f\n"
        "1:\n\t"
        "vldrb.8 q0, [%[from]], #16\n\t"
        "vstrb.8 q0, [%[to]], #16\n\t"
        "letp lr, 1b\n"
        "2:"
        : [from] "+r"(from), [to] "+r"(to)
        : [count] "r"(count)
        : "lr", "q0", "memory");
#else
    for (int32_t i = 0; i < count; ++i) to[i] = from[i];
#endif
}

MOTE_RT_INLINE void fill_bytes(int8_t* to, int32_t count, int32_t value) {
#if MOTE_RT_MVE
    __asm__ volatile(
        "wlstp.8 lr, %[count], 2f\n\t"
        "vdup.8 q0, %[value]\n"
        "1:\n\t"
        "vstrb.8 q0, [%[to]], #16\n\t"
        "letp lr, 1b\n"
        "2:"
        : [to] "+r"(to)
        : [count] "r"(count), [value] "r"(value)
        : "lr", "q0", "memory");
#else
    for (int32_t i = 0; i < count; ++i) to[i] = static_cast<int8_t>(value);
#endif
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
