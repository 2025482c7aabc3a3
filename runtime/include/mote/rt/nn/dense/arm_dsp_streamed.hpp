// Fully connected layer as in arm_dsp.hpp, for less memory instead of most speed: no scratch memory, each input is widened to 16 bits again
// for every four channels, which costs an eighth more instructions. The number of inputs is a multiple of 4.
#pragma once

#include "mote/rt/nn/dense/arm_dsp.hpp"

namespace mote {
namespace rt {
namespace nn {

/// dense_dot() of inputs as they are; `end` - `x` is a multiple of 4.
#if MOTE_RT_ARM_DSP_LOOPS
__attribute__((naked, noinline)) inline void dense_dot_streamed(const int8_t* /*x*/, const int8_t* /*end*/, const int8_t* /*w*/,
                                                                int32_t* /*sums*/) {
    __asm__ volatile(
        MOTE_RT_DENSE_DSP_DOT("ldr lr, [r0], #4\n\t"
                              "sxtb16 r12, lr\n\t"
                              "sxtb16 lr, lr, ror #8\n\t",
                              "15"));
}
#else
inline void dense_dot_streamed(const int8_t* x, const int8_t* end, const int8_t* w, int32_t* sums) {
    for (; x != end; x += 4, w += 16) {
        const uint32_t word = load_word(x), widened[2] = {even_bytes(word), odd_bytes(word)};
        dense_dot(widened, widened + 2, w, sums);
    }
}
#endif

struct DenseStreamed {
    const int8_t *x, *end;
    MOTE_RT_INLINE void dot(const int8_t* weights, int32_t* sums) const { dense_dot_streamed(x, end, weights, sums); }
};

MOTE_RT_INLINE int32_t dense_sum_of_inputs(const int8_t* in, const int8_t* end) {
    constexpr uint32_t ones = 0x00010001u;
    int32_t total = 0;
    for (; in != end; in += 4) {
        const uint32_t word = load_word(in);
        total = dot_pair(even_bytes(word), ones, dot_pair(odd_bytes(word), ones, total));
    }
    return total;
}

MOTE_RT_INLINE void dense_arm_dsp_streamed(const DenseParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                           const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    const int8_t* const end = in + p.in_c;
    const uint32_t offset = 128u * static_cast<uint32_t>(dense_sum_of_inputs(in, end));
    dense_by_four(p, DenseStreamed{in, end}, offset, weights, bias, multiplier, shift, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
