// Fully connected layer for cores with the DSP extension. Two weights share one 16-bit place as 256 * b + (a + 128): multiplied as it is,
// it gives 256 * B + A + 128 * (sum of inputs), and its high byte alone gives B; all modulo 2^32, so A is exact.
//
// weights: for each four output channels (a, b, c, d), for each four inputs: four words, the pairs (a, b) and (c, d) of inputs 0 and 2,
// then of inputs 1 and 3. Missing channels and inputs have weight 0. Of each two channels 256
// times the second one's bias is in the first one's. bias, multiplier and shift are padded to a multiple of 4 channels.
// Every multiplier and every shift is in the range of FastRescale (checked where the call is generated). scratch: 2 bytes for each input,
// their number rounded up to a multiple of 4.
#pragma once

#include "mote/rt/nn/dense/reference.hpp"
#include "mote/rt/nn/simd32.hpp"

namespace mote {
namespace rt {
namespace nn {

/// sums[0, 2] += sum of raw words, sums[1, 3] += sum of their high bytes, of inputs from `x` to `end`, a multiple of two words.
#if MOTE_RT_ARM_DSP_LOOPS
// LOAD: inputs 0 and 2 into r12, 1 and 3 into lr.
#define MOTE_RT_DENSE_DSP_STEP(LOAD)         \
    "ldmia r2!, {r8, r9, r10, r11}\n\t" LOAD \
    "smlad r4, r8, r12, r4\n\t"              \
    "sxtb16 r8, r8, ror #8\n\t"              \
    "smlad r6, r9, r12, r6\n\t"              \
    "sxtb16 r9, r9, ror #8\n\t"              \
    "smlad r5, r8, r12, r5\n\t"              \
    "smlad r7, r9, r12, r7\n\t"              \
    "smlad r4, r10, lr, r4\n\t"              \
    "sxtb16 r10, r10, ror #8\n\t"            \
    "smlad r6, r11, lr, r6\n\t"              \
    "sxtb16 r11, r11, ror #8\n\t"            \
    "smlad r5, r10, lr, r5\n\t"              \
    "smlad r7, r11, lr, r7\n\t"
// r0: inputs, r1: their end, r2: weights, r4 - r7: sums; by single steps until the bytes left are a multiple of four of them.
#define MOTE_RT_DENSE_DSP_DOT(LOAD, TAIL_BITS) \
    ".syntax unified\n\t"                                        \
    "push {r3, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"        \
    "ldmia r3, {r4, r5, r6, r7}\n"                               \
    "1:\n\t"                                                     \
    "subs r3, r1, r0\n\t"                                        \
    "beq 3f\n\t"                                                 \
    "tst r3, #" TAIL_BITS "\n\t"                                 \
    "beq 2f\n\t" MOTE_RT_DENSE_DSP_STEP(LOAD)                        \
    "b 1b\n"                                                     \
    "2:\n\t" MOTE_RT_DENSE_DSP_STEP(LOAD) MOTE_RT_DENSE_DSP_STEP(LOAD)   \
    MOTE_RT_DENSE_DSP_STEP(LOAD) MOTE_RT_DENSE_DSP_STEP(LOAD)            \
    "cmp r0, r1\n\t"                                             \
    "bne 2b\n"                                                   \
    "3:\n\t"                                                     \
    "ldr r3, [sp]\n\t"                                           \
    "stmia r3, {r4, r5, r6, r7}\n\t"                             \
    "pop {r3, r4, r5, r6, r7, r8, r9, r10, r11, pc}\n\t"
// Nearly all registers are in use: a function without a frame leaves none to the compiler.
__attribute__((naked, noinline)) inline void dense_dot(const uint32_t* /*x*/, const uint32_t* /*end*/, const int8_t* /*w*/,
                                                       int32_t* /*sums*/) {
    __asm__ volatile(MOTE_RT_DENSE_DSP_DOT("ldrd r12, lr, [r0], #8\n\t", "31"));
}
#else
inline void dense_dot(const uint32_t* x, const uint32_t* end, const int8_t* w, int32_t* sums) {
    for (; x != end; ++x, w += 8)
        for (int pair = 0; pair < 2; ++pair) {
            const uint32_t raw = load_word(w + 4 * pair);
            sums[2 * pair] = dot_pair(raw, *x, sums[2 * pair]);
            sums[2 * pair + 1] = dot_pair(odd_bytes(raw), *x, sums[2 * pair + 1]);
        }
}
#endif

/// Inputs as 16-bit values, zeros to a multiple of 4; returns their sum.
MOTE_RT_INLINE int32_t dense_expand(const int8_t* in, int32_t count, uint32_t* to) {
    constexpr uint32_t ones = 0x00010001u;
    int32_t total = 0;
    for (; count > 0; count -= 4, in += 4, to += 2) {
        uint32_t word = 0;
        if (count >= 4)
            word = load_word(in);
        else
            for (int32_t i = 0; i < 3 && i < count; ++i) word |= static_cast<uint32_t>(static_cast<uint8_t>(in[i])) << (8 * i);
        to[0] = even_bytes(word);
        to[1] = odd_bytes(word);
        total = dot_pair(to[0], ones, dot_pair(to[1], ones, total));
    }
    return total;
}

/// Many rows of words in one loop, because entering a loop costs as much as a short row.
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

/// Channels whose sums are computed before they are rescaled.
constexpr int32_t dense_rows_at_once = 32;

template <class Rescale, bool PerChannel, class Rows>
inline __attribute__((noinline)) void dense_all_channels(const DenseParameters& p, const Rows& rows, const int8_t* weights,
                                                         const int32_t* bias, const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    const Rescale common(multiplier[0], shift[0], p);
    int32_t sums[dense_rows_at_once];
    for (int32_t left = p.out_c; left > 0; left -= dense_rows_at_once) {
        const int32_t count = left < dense_rows_at_once ? left : dense_rows_at_once, padded = (count + 3) / 4 * 4;
        rows(weights, bias, padded, sums);
        weights += padded / 4 * rows.step(), bias += padded;
        for (int32_t c = 0; c < count; ++c) *out++ = (PerChannel ? Rescale(*multiplier++, *shift++, p) : common)(sums[c]);
    }
}

template <class Rows>
MOTE_RT_INLINE void dense_by_rows(const DenseParameters& p, const Rows& rows, const int8_t* weights, const int32_t* bias,
                                  const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    with_fast_rescale(p, [&](auto rescale) {
        using Rescale = typename decltype(rescale)::type;
        if (p.per_channel)
            dense_all_channels<Rescale, true>(p, rows, weights, bias, multiplier, shift, out);
        else
            dense_all_channels<Rescale, false>(p, rows, weights, bias, multiplier, shift, out);
    });
}

MOTE_RT_INLINE void dense_arm_dsp(const DenseParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                  const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    dense_by_rows(p, DenseRowSums(in, p.in_c, static_cast<uint32_t*>(scratch)), weights, bias, multiplier, shift, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
