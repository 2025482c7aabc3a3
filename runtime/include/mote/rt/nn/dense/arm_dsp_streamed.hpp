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

MOTE_RT_INLINE int32_t dense_sum_of_inputs(const int8_t* in, const int8_t* end) {
    constexpr uint32_t ones = 0x00010001u;
    int32_t total = 0;
    for (; in != end; in += 4) {
        const uint32_t word = load_word(in);
        total = dot_pair(even_bytes(word), ones, dot_pair(odd_bytes(word), ones, total));
    }
    return total;
}

/// A vector as it is times rows.
class StreamedRowSums {
  public:
    MOTE_RT_INLINE StreamedRowSums(const int8_t* x, const int8_t* end)
        : x_(x), end_(end), offset_(128u * static_cast<uint32_t>(dense_sum_of_inputs(x, end))) {}
    MOTE_RT_INLINE int32_t step() const { return 4 * static_cast<int32_t>(end_ - x_); }
    MOTE_RT_INLINE void operator()(const int8_t* weights, const int32_t* starts, int32_t rows, int32_t* sums) const {
        for (int32_t row = 0; row < rows; row += 4, starts += 4, sums += 4, weights += step()) {
            for (int i = 0; i < 4; ++i) sums[i] = static_cast<int32_t>(static_cast<uint32_t>(starts[i]) - (i % 2 == 0 ? offset_ : 0));
            dense_dot_streamed(x_, end_, weights, sums);
            for (int i = 0; i < 4; i += 2)
                sums[i] = static_cast<int32_t>(static_cast<uint32_t>(sums[i]) - (static_cast<uint32_t>(sums[i + 1]) << 8));
        }
    }

  private:
    const int8_t *x_, *end_;
    uint32_t offset_;
};

MOTE_RT_INLINE void dense_arm_dsp_streamed(const DenseParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                           const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    dense_by_rows(p, StreamedRowSums(in, in + p.in_c), weights, bias, multiplier, shift, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
