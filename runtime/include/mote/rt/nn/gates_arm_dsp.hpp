// Products of gates for cores with the DSP extension: rows of nn/dense/arm_dsp.hpp, four at a time. The rows of each gate are padded to a
// multiple of 4, their weights packed as there; bias has an entry a padded row. Each multiplier is in [2^30, 2^31), each shift in [-22, 7],
// and no sum times 2^shift reaches 2^30 (checked where the call is generated).
#pragma once

#include "mote/rt/nn/dense/arm_dsp.hpp"
#include "mote/rt/nn/gates.hpp"

namespace mote {
namespace rt {
namespace nn {

/// multiply() within these bounds.
class GateRescale {
  public:
    MOTE_RT_INLINE GateRescale(int32_t multiplier, int32_t shift)
        : doubled_(static_cast<uint32_t>(multiplier) << 1),
          left_(shift > 0 ? shift : 0),
          right_(shift < 0 ? -shift : 0),
          half_(shift < 0 ? int32_t{1} << (-shift - 1) : 0),
          away_(shift < 0 ? -1 : 0) {}
    MOTE_RT_INLINE int32_t operator()(int32_t sum) const {
        const int32_t scaled = high_multiply_doubled(static_cast<int32_t>(static_cast<uint32_t>(sum) << left_), doubled_);
        return (scaled + ((scaled >> 31) & away_) + half_) >> right_;
    }

  private:
    uint32_t doubled_;
    int32_t left_, right_, half_, away_;
};

MOTE_RT_INLINE constexpr int32_t gates_padded(int32_t n) { return (n + 3) / 4 * 4; }

template <bool adds>
MOTE_RT_INLINE void store_gate(const GateRescale& rescale, int32_t sum, int16_t* to) {
    *to = static_cast<int16_t>(saturate_half(adds ? rescale(sum) + *to : rescale(sum)));
}

/// x: the widened vector; offset: 128 times the sum of its values.
template <bool adds>
inline __attribute__((noinline)) void gate_rows_arm_dsp(const GateMatrix& m, const uint32_t* x, uint32_t offset, int16_t* sums) {
    const DenseWidened inputs = {x, x + gates_padded(m.depth) / 2};
    const int32_t block = 4 * gates_padded(m.depth);
    const int8_t* weights = m.weights;
    const int32_t* bias = m.bias;
    int32_t four[4];
    for (int32_t g = 0; g < m.gates; ++g) {
        const GateRescale rescale(m.multiplier[g], m.shift[g]);
        int32_t left = m.units;
        for (; left >= 4; left -= 4, weights += block, bias += 4, sums += 4) {
            dense_four(inputs, weights, bias, offset, four);
            store_gate<adds>(rescale, four[0], sums);
            store_gate<adds>(rescale, four[1], sums + 1);
            store_gate<adds>(rescale, four[2], sums + 2);
            store_gate<adds>(rescale, four[3], sums + 3);
        }
        if (left == 0) continue;
        dense_four(inputs, weights, bias, offset, four);
        for (int32_t c = 0; c < left; ++c) store_gate<adds>(rescale, four[c], sums++);
        weights += block, bias += 4;
    }
}

template <bool adds>
MOTE_RT_INLINE void gate_products_arm_dsp(const GateMatrix& m, const int8_t* vector, uint32_t* widened, int16_t* sums) {
    const uint32_t offset = 128u * static_cast<uint32_t>(dense_expand(vector, m.depth, widened));
    gate_rows_arm_dsp<adds>(m, widened, offset, sums);
}

/// The matrices of a recurrent layer; `widened`: memory for the longer vector.
struct GatesArmDsp {
    using Functions = TabledFunctions;
    GateMatrix input, state;
    uint32_t* widened;
    MOTE_RT_INLINE void of_input(const int8_t* x, int16_t* sums) const { gate_products_arm_dsp<false>(input, x, widened, sums); }
    MOTE_RT_INLINE void add_of_state(const int8_t* h, int16_t* sums) const { gate_products_arm_dsp<true>(state, h, widened, sums); }
    MOTE_RT_INLINE void of_state(const int8_t* h, int32_t first, int32_t count, int16_t* sums) const {
        const int32_t rows = first * gates_padded(state.units);
        gate_products_arm_dsp<false>({count, state.units, state.depth, state.weights + rows * gates_padded(state.depth), state.bias + rows,
                                      state.multiplier + first, state.shift + first},
                                     h, widened, sums);
    }
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
