// GRU for cores with the DSP extension: the reference with its products by nn/gates_arm_dsp.hpp. scratch: that of the reference, rounded up
// to words, and the longer of the two vectors widened.
#pragma once

#include "mote/rt/nn/gates_arm_dsp.hpp"
#include "mote/rt/nn/gru/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void gru_arm_dsp(const GruParameters& p, const int8_t* in, const int16_t* h, const int8_t* input_weights,
                                const int32_t* input_bias, const int8_t* state_weights, const int32_t* state_bias,
                                const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    int16_t* const sums = static_cast<int16_t*>(scratch);
    uint32_t* const widened = static_cast<uint32_t*>(scratch) + (gru_scratch_bytes(p.units) + 3) / 4;
    GruUnits<GatesArmDsp> products;
    static_cast<GatesArmDsp&>(products) = {{3, p.units, p.in_c, input_weights, input_bias, multiplier, shift},
                                           {3, p.units, p.units, state_weights, state_bias, multiplier + 3, shift + 3},
                                           widened};
    gru_steps(p, products, in, h, out, sums);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
