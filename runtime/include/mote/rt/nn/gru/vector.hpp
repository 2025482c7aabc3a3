// GRU for cores with wide vectors: the reference with its products by nn/gates_vector.hpp and, with Helium, eight units at a time. scratch:
// that of the reference, rounded up to words, and the longer of the two vectors, rounded up to 16 bytes.
#pragma once

#include "mote/rt/nn/gates_vector.hpp"
#include "mote/rt/nn/gru/reference.hpp"
#include "mote/rt/nn/mve_gate_functions.hpp"

namespace mote {
namespace rt {
namespace nn {

#if MOTE_RT_MVE

/// gru_output() of eight numbers.
MOTE_RT_INLINE int16x8_t mve_gru_output(const GruParameters& p, MveHalves hidden) {
    const auto scaled = [&](int32x4_t x) {
        x = vaddq_n_s32(mve_multiply(x, p.hidden_multiplier, p.hidden_shift), p.out_zero_point);
        return vminq_s32(vmaxq_s32(x, vdupq_n_s32(-128)), vdupq_n_s32(127));
    };
    return mve_narrowed({scaled(hidden.even), scaled(hidden.odd)});
}

struct GruVector : GatesVector {
    using Functions = MveInterpolatedFunctions;
    /// Update and reset gate, from sums of the input and of the state.
    MOTE_RT_INLINE void open(const GruParameters& p, const int16_t* of_state, int16_t* sums) const {
        for (int32_t u = 0; u < 2 * p.units; u += 8) {
            const mve_pred16_t some = vctp16q(static_cast<uint32_t>(2 * p.units - u));
            const int16x8_t sum = vqaddq_s16(vldrhq_z_s16(sums + u, some), vldrhq_z_s16(of_state + u, some));
            vstrhq_p_s16(sums + u, Functions::logistic(sum), some);
        }
    }
    /// What the products take of the state behind the reset gate.
    MOTE_RT_INLINE void reset(const GruParameters& p, const int16_t* gate, const int16_t* state, int8_t* taken) const {
        for (int32_t u = 0; u < p.units; u += 8) {
            const mve_pred16_t some = vctp16q(static_cast<uint32_t>(p.units - u));
            const MveHalves x = mve_product(vldrhq_z_s16(gate + u, some), vldrhq_z_s16(state + u, some));
            vstrbq_p_s16(taken + u, mve_gru_output(p, {rounded_product<15>(x.even), rounded_product<15>(x.odd)}), some);
        }
    }
    /// The new state and the output.
    MOTE_RT_INLINE void close(const GruParameters& p, const int16_t* sums, const int16_t* of_state, int16_t* state, int8_t* taken,
                              int8_t* out) const {
        const int32_t n = p.units;
        for (int32_t u = 0; u < n; u += 8) {
            const mve_pred16_t some = vctp16q(static_cast<uint32_t>(n - u));
            int16x8_t product = vldrhq_z_s16(of_state + 2 * n + u, some);
            if (p.reset_after) {
                const MveHalves x = mve_product(vldrhq_z_s16(sums + n + u, some), product);
                product = mve_narrowed({rounded_product<15>(x.even), rounded_product<15>(x.odd)});
            }
            const int16x8_t candidate = Functions::tanh<3>(vqaddq_s16(vldrhq_z_s16(sums + 2 * n + u, some), product));
            const int16x8_t update = vldrhq_z_s16(sums + u, some), before = vldrhq_z_s16(state + u, some);
            const auto mix = [](int32x4_t gate, int32x4_t old, int32x4_t next) {
                return vaddq_s32(next, vrshrq_n_s32(vmulq_s32(gate, vsubq_s32(old, next)), 15));
            };
            const MveHalves now = {mix(vmovlbq_s16(update), vmovlbq_s16(before), vmovlbq_s16(candidate)),
                                   mix(vmovltq_s16(update), vmovltq_s16(before), vmovltq_s16(candidate))};
            vstrhq_p_s16(state + u, mve_narrowed(now), some);
            const int16x8_t value = mve_gru_output(p, now);
            vstrbq_p_s16(taken + u, value, some);
            vstrbq_p_s16(out + u, value, some);
        }
    }
};

#else
using GruVector = GruUnits<GatesVector>;
#endif

MOTE_RT_INLINE void gru_vector(const GruParameters& p, const int8_t* in, const int16_t* h, const int8_t* input_weights,
                               const int32_t* input_bias, const int8_t* state_weights, const int32_t* state_bias, const int32_t* multiplier,
                               const int8_t* shift, int8_t* out, void* scratch) {
    int16_t* const sums = static_cast<int16_t*>(scratch);
    GruVector products;
    static_cast<GatesVector&>(products) = {{3, p.units, p.in_c, input_weights, input_bias, multiplier, shift},
                                           {3, p.units, p.units, state_weights, state_bias, multiplier + 3, shift + 3},
                                           static_cast<int8_t*>(scratch) + (gru_scratch_bytes(p.units) + 3) / 4 * 4};
    gru_steps(p, products, in, h, out, sums);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
