// LSTM for cores with wide vectors: the reference with its products by nn/gates_vector.hpp and, with Helium, eight units at a time.
// scratch: that of the reference, rounded up to words, and the longer of the two vectors, rounded up to 16 bytes.
#pragma once

#include "mote/rt/nn/gates_vector.hpp"
#include "mote/rt/nn/lstm/reference.hpp"
#include "mote/rt/nn/mve_gate_functions.hpp"

namespace mote {
namespace rt {
namespace nn {

#if MOTE_RT_MVE

/// lstm_unit() of the first `count` of eight units.
template <class Functions>
MOTE_RT_INLINE void mve_lstm_units(const LstmParameters& p, const int16_t* sums, int16_t* cell, int32_t count, int8_t* out) {
    const mve_pred16_t some = vctp16q(static_cast<uint32_t>(count));
    const auto gate = [&](int32_t g) { return vldrhq_z_s16(sums + g * p.units, some); };
    const int32_t first = p.coupled ? 0 : 1;
    const int16x8_t forget = Functions::logistic(gate(first));
    const int16x8_t input = p.coupled ? vsubq_s16(vdupq_n_s16(32767), forget) : Functions::logistic(gate(0));
    const int16x8_t update = Functions::template tanh<3>(gate(first + 1));
    const MveHalves kept = mve_product(forget, vldrhq_z_s16(cell, some)), added = mve_product(input, update);
    const int32_t shift = -15 - p.cell_bits;
    const auto sum = [&](int32x4_t a, int32x4_t b) {
        return vaddq_s32(rounded_product<15>(a), vrshlq_n_s32(vaddq_s32(b, vshrq_n_s32(b, 31)), shift));
    };
    int16x8_t c = mve_narrowed({sum(kept.even, added.even), sum(kept.odd, added.odd)});
    if (p.cell_limit > 0) {
        const auto limit = static_cast<int16_t>(p.cell_limit);
        c = vmaxq_s16(vminq_s16(c, vdupq_n_s16(limit)), vdupq_n_s16(static_cast<int16_t>(-limit)));
    }
    vstrhq_p_s16(cell, c, some);
    const MveHalves hidden = mve_product(Functions::logistic(gate(first + 2)), tanh_of_cell<Functions>(c, p.cell_bits));
    const auto scaled = [&](int32x4_t x) {
        x = vaddq_n_s32(mve_multiply(x, p.hidden_multiplier, p.hidden_shift), p.out_zero_point);
        return vminq_s32(vmaxq_s32(x, vdupq_n_s32(-128)), vdupq_n_s32(127));
    };
    vstrbq_p_s16(out, mve_narrowed({scaled(hidden.even), scaled(hidden.odd)}), some);
}

/// Of the vectors' gates the units too.
struct LstmVector : GatesVector {
    MOTE_RT_INLINE void units(const LstmParameters& p, const int16_t* sums, int16_t* cell, int8_t* out) const {
        for (int32_t u = 0; u < p.units; u += 8)
            if (p.interpolated)
                mve_lstm_units<MveInterpolatedFunctions>(p, sums + u, cell + u, p.units - u, out + u);
            else
                mve_lstm_units<MveSeriesFunctions>(p, sums + u, cell + u, p.units - u, out + u);
    }
};

#else
using LstmVector = LstmUnits<GatesVector>;
#endif

MOTE_RT_INLINE void lstm_vector(const LstmParameters& p, const int8_t* in, const int8_t* h, const int16_t* c, const int8_t* input_weights,
                                const int32_t* input_bias, const int8_t* state_weights, const int32_t* state_bias,
                                const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    const int32_t gates = lstm_gates(p.coupled), sums_bytes = lstm_scratch_bytes(p.units, p.coupled, p.keeps_state);
    int16_t* const sums = static_cast<int16_t*>(scratch);
    LstmVector products;
    static_cast<GatesVector&>(products) = {{gates, p.units, p.in_c, input_weights, input_bias, multiplier, shift},
                                           {gates, p.units, p.units, state_weights, state_bias, multiplier + gates, shift + gates},
                                           static_cast<int8_t*>(scratch) + (sums_bytes + 3) / 4 * 4};
    lstm_steps(p, products, in, h, c, out, sums);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
