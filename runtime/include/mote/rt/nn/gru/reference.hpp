// Gated recurrent unit (Cho et al., 2014) over a sequence: int8 activations and weights, int16 hidden state.
//
// in [steps][in_c], out [steps][units]. Gates: update, reset, candidate. Tables: those of nn/gates.hpp for the input's matrix and the
// state's; multiplier and shift hold the gates' factors for the input, then for the state. h int16 [units], 15 fraction bits: the state
// before the first step; with keeps_state the kernel leaves the last one there. The products take the state as the output holds it.
// scratch: see gru_scratch_bytes().
//
// Keeping 16 bits of the state matters: where the update gate is close to 1 a step changes less than int8 can hold.
#pragma once

#include "mote/rt/nn/gates.hpp"

namespace mote {
namespace rt {
namespace nn {

struct GruParameters {
    int32_t steps, in_c, units;
    int32_t
        reset_after;  ///< 1: the reset gate acts on the candidate's product with the state (ONNX: linear_before_reset), else on the state
    int32_t keeps_state;                      ///< 1: h is a variable
    int32_t hidden_multiplier, hidden_shift;  ///< factor from a number with 15 fraction bits to the output's steps
    int32_t out_zero_point;
};

/// Sums of the input (3 gates), of the state (3 gates), the state, the state as the products take it.
MOTE_RT_INLINE constexpr int32_t gru_scratch_bytes(int32_t units) { return 15 * units; }

MOTE_RT_INLINE int8_t gru_output(const GruParameters& p, int32_t hidden) {
    const int32_t value = wrapping_add(multiply_below_2_30(hidden, p.hidden_multiplier, p.hidden_shift), p.out_zero_point);
    return static_cast<int8_t>(clamp(value, -128, 127));
}

/// The state after one step, from update gate and candidate: candidate + update * (state - candidate).
MOTE_RT_INLINE int32_t gru_mix(int32_t update, int32_t state, int32_t candidate) {
    return candidate + ((update * (state - candidate) + 0x4000) >> 15);
}

/// The matrices of gates, and all units of a step one by one.
template <class Gates>
struct GruUnits : Gates {
    using Functions = InterpolatedFunctions;
    /// Update and reset gate, from sums of the input and of the state.
    MOTE_RT_INLINE void open(const GruParameters& p, const int16_t* of_state, int16_t* sums) const {
        for (int32_t u = 0; u < 2 * p.units; ++u) sums[u] = static_cast<int16_t>(Functions::logistic(hold_to_half(sums[u] + of_state[u])));
    }
    /// What the products take of the state behind the reset gate.
    MOTE_RT_INLINE void reset(const GruParameters& p, const int16_t* gate, const int16_t* state, int8_t* taken) const {
        for (int32_t u = 0; u < p.units; ++u) taken[u] = gru_output(p, scaled_product(gate[u], state[u], 15));
    }
    /// The new state and the output.
    MOTE_RT_INLINE void close(const GruParameters& p, const int16_t* sums, const int16_t* of_state, int16_t* state, int8_t* taken,
                              int8_t* out) const {
        const int32_t n = p.units;
        for (int32_t u = 0; u < n; ++u) {
            const int32_t product = p.reset_after ? scaled_product(sums[n + u], of_state[2 * n + u], 15) : of_state[2 * n + u];
            const int32_t candidate = Functions::template tanh<3>(hold_to_half(sums[2 * n + u] + product));
            state[u] = static_cast<int16_t>(gru_mix(sums[u], state[u], candidate));
            out[u] = taken[u] = gru_output(p, state[u]);
        }
    }
};

/// All steps, with the gates' products and the units computed by `gates`.
template <class Gates>
MOTE_RT_INLINE void gru_steps(const GruParameters& p, const Gates& gates, const int8_t* in, const int16_t* h, int8_t* out, int16_t* sums) {
    const int32_t n = p.units;
    int16_t* const of_state = sums + 3 * n;
    int16_t* const state = p.keeps_state ? const_cast<int16_t*>(h) : of_state + 3 * n;  // a variable in the arena
    int8_t* const taken = reinterpret_cast<int8_t*>(of_state + 4 * n);
    for (int32_t u = 0; u < n; ++u) {
        state[u] = h[u];
        taken[u] = gru_output(p, h[u]);
    }
    for (int32_t t = 0; t < p.steps; ++t, in += p.in_c, out += n) {
        gates.of_input(in, sums);
        gates.of_state(taken, 0, p.reset_after ? 3 : 2, of_state);
        gates.open(p, of_state, sums);
        if (!p.reset_after) {
            gates.reset(p, sums + n, state, taken);
            gates.of_state(taken, 2, 1, of_state + 2 * n);
        }
        gates.close(p, sums, of_state, state, taken, out);
    }
}

/// The matrices of a gated recurrent unit, computed by the reference.
struct GruGatesReference {
    GateMatrix input, state;
    MOTE_RT_INLINE void of_input(const int8_t* x, int16_t* sums) const { gate_products<false>(input, x, sums); }
    /// The products of `count` gates from `first` on.
    MOTE_RT_INLINE void of_state(const int8_t* h, int32_t first, int32_t count, int16_t* sums) const {
        const int32_t rows = first * state.units;
        gate_products<false>({count, state.units, state.depth, state.weights + rows * state.depth, state.bias + rows,
                              state.multiplier + first, state.shift + first},
                             h, sums);
    }
};

MOTE_RT_INLINE void gru_reference(const GruParameters& p, const int8_t* in, const int16_t* h, const int8_t* input_weights,
                                  const int32_t* input_bias, const int8_t* recurrent_weights, const int32_t* recurrent_bias,
                                  const int32_t* multiplier, const int8_t* shift, int8_t* out, void* scratch) {
    GruUnits<GruGatesReference> products;
    static_cast<GruGatesReference&>(products) = {{3, p.units, p.in_c, input_weights, input_bias, multiplier, shift},
                                                 {3, p.units, p.units, recurrent_weights, recurrent_bias, multiplier + 3, shift + 3}};
    gru_steps(p, products, in, h, out, static_cast<int16_t*>(scratch));
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
