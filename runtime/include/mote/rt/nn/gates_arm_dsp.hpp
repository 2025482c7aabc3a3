// Products of gates for cores with the DSP extension: rows of nn/dense/arm_dsp.hpp, four at a time. The rows of each gate are padded to a
// multiple of 4, their weights packed as there; bias has an entry a padded row, and 256 times the second of each two is in the first. Each
// multiplier is in [2^30, 2^31), each shift in [-22, 7], and no sum times 2^shift reaches 2^30 (checked where the call is generated).
#pragma once

#include "mote/rt/nn/dense/arm_dsp.hpp"
#include "mote/rt/nn/gates.hpp"

namespace mote {
namespace rt {
namespace nn {

/// multiply() within these bounds, for shifts below 0 or the others.
template <bool is_right>
class GateRescale {
  public:
    MOTE_RT_INLINE GateRescale(int32_t multiplier, int32_t shift)
        : doubled_(static_cast<uint32_t>(multiplier) << 1),
          half_(is_right ? int32_t{1} << (-shift - 1) : 0),
          shift_(is_right ? -shift : shift) {}
    MOTE_RT_INLINE int32_t operator()(int32_t sum) const {
        if (!is_right) return high_multiply_doubled(static_cast<int32_t>(static_cast<uint32_t>(sum) << shift_), doubled_);
        const int32_t scaled = high_multiply_doubled(sum, doubled_);
        return (scaled + (scaled >> 31) + half_) >> shift_;
    }

  private:
    uint32_t doubled_;
    int32_t half_, shift_;
};

MOTE_RT_INLINE constexpr int32_t gates_padded(int32_t n) { return (n + 3) / 4 * 4; }

template <bool adds, bool is_right>
MOTE_RT_INLINE void store_gate_sums(const int32_t* sums, int32_t count, const GateRescale<is_right>& rescale, int16_t* to) {
    for (int32_t c = 0; c < count; ++c) {
        const int32_t value = rescale(sums[c]);
        to[c] = static_cast<int16_t>(hold_to_half(adds ? value + to[c] : value));
    }
}

/// x: the vector; `widened`: memory for it.
template <bool adds>
MOTE_RT_SHARED void gate_products_arm_dsp(const GateMatrix& m, const int8_t* vector, uint32_t* widened, int16_t* to) {
    const DenseRowSums rows(vector, m.depth, widened);
    const int8_t* weights = m.weights;
    const int32_t* bias = m.bias;
    int32_t sums[dense_rows_at_once];
    for (int32_t g = 0; g < m.gates; ++g)
        for (int32_t left = m.units; left > 0; left -= dense_rows_at_once) {
            const int32_t count = left < dense_rows_at_once ? left : dense_rows_at_once, padded = gates_padded(count);
            rows(weights, bias, padded, sums);
            weights += padded / 4 * rows.step(), bias += padded;
            if (m.shift[g] < 0)
                store_gate_sums<adds, true>(sums, count, {m.multiplier[g], m.shift[g]}, to);
            else
                store_gate_sums<adds, false>(sums, count, {m.multiplier[g], m.shift[g]}, to);
            to += count;
        }
}

/// The matrices of a recurrent layer; `widened`: memory for the longer vector.
struct GatesArmDsp {
    using Functions = FastFunctions;
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
