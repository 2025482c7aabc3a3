// GRU for cores without 16-bit multiply-accumulates: the reference with its products by nn/gates_channel_pairs.hpp. scratch: that of the
// reference, rounded up to words, and the longer of the two vectors spread.
#pragma once

#include "mote/rt/nn/gates_channel_pairs.hpp"
#include "mote/rt/nn/gru/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void gru_channel_pairs(const GruParameters& p, const int8_t* in, const int16_t* h, const int8_t* input_weights,
                                      const int32_t* input_bias, const int8_t* state_weights, const int32_t* state_bias,
                                      const int32_t* multiplier, const int8_t* shift, const int16_t* input_pairs,
                                      const int16_t* state_pairs, int8_t* out, void* scratch) {
    int16_t* const sums = static_cast<int16_t*>(scratch);
    uint32_t* const spread = static_cast<uint32_t*>(scratch) + (gru_scratch_bytes(p.units) + 3) / 4;
    GruUnits<GatesChannelPairs> products;
    static_cast<GatesChannelPairs&>(products) = {{3, p.units, p.in_c, input_weights, input_bias, multiplier, shift},
                                                 {3, p.units, p.units, state_weights, state_bias, multiplier + 3, shift + 3},
                                                 input_pairs,
                                                 state_pairs,
                                                 spread};
    gru_steps(p, products, in, h, out, sums);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
