// SVDF for cores without 16-bit multiply-accumulates: filters four at a time as nn/gates_channel_pairs.hpp computes rows (weights, bias and
// pairs as there, of one gate). scratch: the spread input.
#pragma once

#include "mote/rt/nn/gates_channel_pairs.hpp"
#include "mote/rt/nn/svdf/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

template <bool is_right>
MOTE_RT_INLINE void svdf_pairs(const SvdfParameters& p, const PairsRows& rows, const int8_t* weights, const int32_t* bias,
                               const int16_t* excess, SvdfUnits<>& units) {
    const PairsRescale<is_right> rescale(p.multiplier, p.shift);
    ChannelTotals totals;
    for (int32_t left = p.filters; left > 0; left -= 4, weights += rows.step(), bias += 4) {
        rows.four(weights, bias, excess, totals);
        for (int32_t c = 0; c < 4 && c < left; ++c) units.add(hold_to_half(rescale(static_cast<int32_t>(totals.of[c]))));
    }
}

MOTE_RT_INLINE void svdf_channel_pairs(const SvdfParameters& p, const int8_t* in, const int16_t* state, const int8_t* weights,
                                       const int32_t* bias, const int16_t* time, const int32_t* out_bias, const int16_t* pairs, int8_t* out,
                                       void* scratch) {
    const PairsRows rows(in, p.in_c, pairs[0], static_cast<uint32_t*>(scratch));
    SvdfUnits<> units(p, state, time, out_bias, out);
    if (p.shift < 0)
        svdf_pairs<true>(p, rows, weights, bias, pairs + pairs[1], units);
    else
        svdf_pairs<false>(p, rows, weights, bias, pairs + pairs[1], units);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
