// Many rows of nn/dense/arm_dsp.hpp at once, in one loop: their sums as words. For short rows, whose loop costs less than entering it.
#pragma once

#include "mote/rt/nn/dense/arm_dsp.hpp"

namespace mote {
namespace rt {
namespace nn {

/// The members' order is known to the assembly.
struct DenseRows {
    const uint32_t *x, *end;  ///< the widened vector
    const int8_t* weights;
    const int32_t *starts, *starts_end;  ///< what sums begin with: of each two rows 256 times the second's is in the first's
    int32_t* sums;
    uint32_t offset;        ///< 128 times the sum of the vector
    int32_t skipped_bytes;  ///< of the loop's body when it is entered
};

#if MOTE_RT_ARM_DSP_LOOPS
// clang-format off
// A step of 56 bytes; the loop over four of them is entered where as many are left as there are. r3: starts. On the stack: x, starts_end,
// sums, offset, where the loop is entered.
inline __attribute__((naked, noinline)) void dense_rows(const DenseRows*) {
    __asm__ volatile(
        ".syntax unified\n\t"
        "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"
        "ldm.w r0, {r0, r1, r2, r3, r4, r5, r6, r7}\n\t"
        "adr.w r8, 2f\n\t"
        "add.w r7, r7, r8\n\t"
        "add.w r7, r7, #1\n\t"
        "push {r0, r4, r5, r6, r7}\n"
        "1:\n\t"
        "ldm.w r3!, {r4, r5, r6, r7}\n\t"
        "ldr.w r8, [sp, #12]\n\t"
        "ldr.w r0, [sp]\n\t"
        "sub.w r4, r4, r8\n\t"
        "sub.w r6, r6, r8\n\t"
        "ldr.w pc, [sp, #16]\n\t"
        ".balign 4\n"
        "2:\n\t"
        MOTE_RT_DENSE_DSP_STEP("ldrd r12, lr, [r0], #8\n\t") MOTE_RT_DENSE_DSP_STEP("ldrd r12, lr, [r0], #8\n\t")
        MOTE_RT_DENSE_DSP_STEP("ldrd r12, lr, [r0], #8\n\t") MOTE_RT_DENSE_DSP_STEP("ldrd r12, lr, [r0], #8\n\t")
        "cmp r0, r1\n\t"
        "bne.w 2b\n\t"
        "ldr.w r8, [sp, #8]\n\t"
        "sub.w r4, r4, r5, lsl #8\n\t"
        "sub.w r6, r6, r7, lsl #8\n\t"
        "stm.w r8!, {r4, r5, r6, r7}\n\t"
        "str.w r8, [sp, #8]\n\t"
        "ldr.w r8, [sp, #4]\n\t"
        "cmp r3, r8\n\t"
        "bne.w 1b\n\t"
        "add sp, #20\n\t"
        "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n\t");
}
// clang-format on
#else
inline void dense_rows(const DenseRows* r) {
    const int8_t* weights = r->weights;
    int32_t* sums = r->sums;
    for (const int32_t* start = r->starts; start != r->starts_end; start += 4, sums += 4) {
        for (int i = 0; i < 4; ++i) sums[i] = static_cast<int32_t>(static_cast<uint32_t>(start[i]) - (i % 2 == 0 ? r->offset : 0));
        dense_dot(r->x, r->end, weights, sums);
        weights += 8 * (r->end - r->x);
        for (int i = 0; i < 4; i += 2)
            sums[i] = static_cast<int32_t>(static_cast<uint32_t>(sums[i]) - (static_cast<uint32_t>(sums[i + 1]) << 8));
    }
}
#endif

/// A vector, widened once, times rows.
class DenseRowSums {
  public:
    MOTE_RT_INLINE DenseRowSums(const int8_t* vector, int32_t depth, uint32_t* widened)
        : x_(widened), steps_((depth + 3) / 4), offset_(128u * static_cast<uint32_t>(dense_expand(vector, depth, widened))) {}
    /// Bytes of the weights of four rows.
    MOTE_RT_INLINE int32_t step() const { return 16 * steps_; }
    /// The sums of `rows` rows, a multiple of 4.
    MOTE_RT_INLINE void operator()(const int8_t* weights, const int32_t* starts, int32_t rows, int32_t* sums) const {
        constexpr int32_t bytes_of_a_step = 56;
        const DenseRows r = {x_, x_ + 2 * steps_, weights, starts, starts + rows, sums, offset_, (-steps_ & 3) * bytes_of_a_step};
        dense_rows(&r);
    }

  private:
    const uint32_t* x_;
    int32_t steps_;
    uint32_t offset_;
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
