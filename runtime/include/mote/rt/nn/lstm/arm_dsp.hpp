// LSTM for cores with the DSP extension: the reference with its products by nn/gates_arm_dsp.hpp. scratch: that of the reference, rounded
// up to words, and the longer of the two vectors widened.
#pragma once

#include "mote/rt/nn/gates_arm_dsp.hpp"
#include "mote/rt/nn/lstm/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void lstm_arm_dsp(const LstmParameters& p, const int8_t* in, const int8_t* h, const int16_t* c, const int8_t* input_weights,
                                 const int32_t* input_bias, const int8_t* state_weights, const int32_t* state_bias,
                                 const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    const int32_t gates = lstm_gates(p.coupled), sums_bytes = lstm_scratch_bytes(p.units, p.coupled, p.keeps_state);
    int16_t* const sums = static_cast<int16_t*>(scratch);
    uint32_t* const widened = static_cast<uint32_t*>(scratch) + (sums_bytes + 3) / 4;
    LstmUnits<GatesArmDsp> products;
    static_cast<GatesArmDsp&>(products) = {{gates, p.units, p.in_c, input_weights, input_bias, multiplier, shift},
                                           {gates, p.units, p.units, state_weights, state_bias, multiplier + gates, shift + gates},
                                           widened};
    lstm_steps(p, products, in, h, c, out, sums);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
