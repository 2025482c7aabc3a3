// Products of gates for cores without 16-bit multiply-accumulates: rows of nn/dense/channel_pairs.hpp, four at a time. The rows of each
// gate are padded to a multiple of 4, their weights packed as there. Each multiplier is in [2^30, 2^31), each shift in [-14, 7], and no sum
// times 2^(shift + 1) reaches 2^29 (checked where the call is generated).
//
// bias: for each four rows what their totals begin with; of two rows in a word the upper one's times 65536 is in the lower one's, because
// it is taken from there at the end. pairs: inputs of a block, 4 or 8; for each gate where its list begins; then the lists: for each four
// rows how many were taken from their weights, and of each its row (0 to 3), its place (in words of the spread vector) and its weight.
#pragma once

#include "mote/rt/nn/dense/channel_pairs.hpp"
#include "mote/rt/nn/gates.hpp"
#include "mote/rt/nn/pairs_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE constexpr int32_t padded_to_four(int32_t n) { return (n + 3) / 4 * 4; }

/// Rows times a vector that was spread, four at a time.
class PairsRows {
  public:
    MOTE_RT_INLINE PairsRows(const int8_t* vector, int32_t depth, int32_t block, uint32_t* spread)
        : x_(spread), end_(spread_blocks(vector, depth, block, spread)), step_((depth + block - 1) / block * block * 4), block_(block) {}
    /// Bytes of the weights of four rows.
    MOTE_RT_INLINE int32_t step() const { return step_; }
    /// `excess` goes on to the next four.
    MOTE_RT_INLINE void four(const int8_t* weights, const int32_t* bias, const int16_t*& excess, ChannelTotals& sums) const {
        for (int i = 0; i < 4; ++i) sums.of[i] = static_cast<uint32_t>(bias[i]);
        add_channel_totals(x_, weights, end_, block_, sums);
        for (int32_t n = *excess++; n > 0; --n, excess += 3)
            sums.of[excess[0]] += x_[excess[1]] * static_cast<uint32_t>(static_cast<int32_t>(excess[2]));
    }

  private:
    const uint32_t *x_, *end_;
    int32_t step_, block_;
};

template <bool adds, bool is_right>
MOTE_RT_INLINE void store_gate_sum(uint32_t total, const PairsRescale<is_right>& rescale, int16_t* sum) {
    const int32_t value = rescale(static_cast<int32_t>(total));
    *sum = static_cast<int16_t>(hold_to_half(adds ? value + *sum : value));
}

/// sums = or += the first `count` of four rescaled.
template <bool adds, bool is_right>
MOTE_RT_INLINE void store_gate_sums(const ChannelTotals& totals, int32_t count, const PairsRescale<is_right>& rescale, int16_t* sums) {
#if defined(MOTE_RT_PAIRS_ARMV7M)
    // Registers enough for a loop undone.
    if (count == 4) {
        store_gate_sum<adds, is_right>(totals.of[0], rescale, sums);
        store_gate_sum<adds, is_right>(totals.of[1], rescale, sums + 1);
        store_gate_sum<adds, is_right>(totals.of[2], rescale, sums + 2);
        store_gate_sum<adds, is_right>(totals.of[3], rescale, sums + 3);
        return;
    }
#endif
    for (int32_t c = 0; c < count; ++c) store_gate_sum<adds, is_right>(totals.of[c], rescale, sums + c);
}

/// One gate; returns where the next one's weights begin.
template <bool adds, bool is_right>
MOTE_RT_INLINE const int8_t* gate_channel_pairs(const GateMatrix& m, int32_t g, const PairsRows& rows, const int8_t* weights,
                                                const int16_t* excess, int16_t* sums) {
    const PairsRescale<is_right> rescale(m.multiplier[g], m.shift[g]);
    const int32_t* bias = m.bias + g * padded_to_four(m.units);
    ChannelTotals totals;
    for (int32_t left = m.units; left > 0; left -= 4, weights += rows.step(), bias += 4, sums += 4) {
        rows.four(weights, bias, excess, totals);
        store_gate_sums<adds, is_right>(totals, left < 4 ? left : 4, rescale, sums);
    }
    return weights;
}

/// sums = or += the products of the gates from `first` to before `end`.
template <bool adds>
MOTE_RT_SHARED void gate_rows_channel_pairs(const GateMatrix& m, const int16_t* pairs, int32_t first, int32_t end, const int8_t* vector,
                                            uint32_t* spread, int16_t* sums) {
    const PairsRows rows(vector, m.depth, pairs[0], spread);
    const int8_t* weights = m.weights + first * (padded_to_four(m.units) / 4) * rows.step();
    for (int32_t g = first; g < end; ++g, sums += m.units) {
        const int16_t* const excess = pairs + pairs[1 + g];
        weights = m.shift[g] < 0 ? gate_channel_pairs<adds, true>(m, g, rows, weights, excess, sums)
                                 : gate_channel_pairs<adds, false>(m, g, rows, weights, excess, sums);
    }
}

/// The matrices of a recurrent layer; `spread`: memory for the longer vector.
struct GatesChannelPairs {
    using Functions = FastFunctions;
    GateMatrix input, state;
    const int16_t *input_pairs, *state_pairs;
    uint32_t* spread;
    MOTE_RT_INLINE void of_input(const int8_t* x, int16_t* sums) const {
        gate_rows_channel_pairs<false>(input, input_pairs, 0, input.gates, x, spread, sums);
    }
    MOTE_RT_INLINE void add_of_state(const int8_t* h, int16_t* sums) const {
        gate_rows_channel_pairs<true>(state, state_pairs, 0, state.gates, h, spread, sums);
    }
    MOTE_RT_INLINE void of_state(const int8_t* h, int32_t first, int32_t count, int16_t* sums) const {
        gate_rows_channel_pairs<false>(state, state_pairs, first, first + count, h, spread, sums);
    }
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
