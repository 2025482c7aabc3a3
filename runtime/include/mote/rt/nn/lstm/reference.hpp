// Long short-term memory (Hochreiter and Schmidhuber, 1997) over a sequence, in the arithmetic of TensorFlow Lite's integer LSTM: int8
// activations and weights, int16 cell state whose scale is a power of two. The gates' functions are TensorFlow Lite's, or mote's own, which
// take fewer instructions and come closer to the real ones.
//
// in [steps][in_c], out [steps][units]. Gates: input (absent where it is coupled to the forget gate), forget, cell, output. Tables: those
// of nn/gates.hpp for the input's matrix and the state's; multiplier and shift hold the gates' factors for the input, then for the state.
// h int8 [units], c int16 [units]: the state before the first step; with keeps_state the kernel leaves the last one there. scratch: a sum
// for each gate and unit, and where the state is not kept one, c; see lstm_scratch_bytes().
#pragma once

#include "mote/rt/nn/gates.hpp"

namespace mote {
namespace rt {
namespace nn {

struct LstmParameters {
    int32_t steps, in_c, units;
    int32_t coupled;                          ///< 1: the input gate is 1 minus the forget gate
    int32_t keeps_state;                      ///< 1: h and c are variables
    int32_t cell_bits;                        ///< integer bits of the cell state, 0 to 6
    int32_t cell_limit;                       ///< the cell state is held to plus and minus this; 0: int16_t alone holds it
    int32_t hidden_multiplier, hidden_shift;  ///< factor from a number with 30 fraction bits to the output's steps
    int32_t out_zero_point;
    int32_t interpolated;  ///< 1: the gates' functions are mote's own, else TensorFlow Lite's
};

MOTE_RT_INLINE constexpr int32_t lstm_gates(int32_t coupled) { return coupled ? 3 : 4; }
MOTE_RT_INLINE constexpr int32_t lstm_scratch_bytes(int32_t units, int32_t coupled, int32_t keeps_state) {
    return 2 * units * (lstm_gates(coupled) + (keeps_state ? 0 : 1));
}

/// tanh of the cell state, of one unit or of a vector of them.
template <class Functions, class Cell>
MOTE_RT_INLINE Cell tanh_of_cell(Cell cell, int32_t integer_bits) {
    switch (integer_bits) {
        case 0:
            return Functions::template tanh<0>(cell);
        case 1:
            return Functions::template tanh<1>(cell);
        case 2:
            return Functions::template tanh<2>(cell);
        case 3:
            return Functions::template tanh<3>(cell);
        case 4:
            return Functions::template tanh<4>(cell);
        case 5:
            return Functions::template tanh<5>(cell);
        default:
            return Functions::template tanh<6>(cell);
    }
}

/// One step of one unit, from the sums of its gates; returns the new output and changes the cell state.
template <class Functions>
MOTE_RT_INLINE int8_t lstm_unit(const LstmParameters& p, const int16_t* sums, int16_t* cell) {
    const int32_t forget = Functions::logistic(sums[p.coupled ? 0 : p.units]);
    const int32_t input = p.coupled ? 32767 - forget : Functions::logistic(sums[0]);
    const int32_t update = Functions::template tanh<3>(sums[p.coupled ? p.units : 2 * p.units]);
    int32_t c = hold_to_half(scaled_product(forget, *cell, 15) + scaled_product(input, update, 15 + p.cell_bits));
    if (p.cell_limit > 0) c = clamp(c, -p.cell_limit, p.cell_limit);
    *cell = static_cast<int16_t>(c);
    const int32_t output = Functions::logistic(sums[p.coupled ? 2 * p.units : 3 * p.units]);
    const int32_t hidden = multiply_below_2_30(output * tanh_of_cell<Functions>(c, p.cell_bits), p.hidden_multiplier, p.hidden_shift);
    return static_cast<int8_t>(clamp(wrapping_add(hidden, p.out_zero_point), -128, 127));
}

/// The matrices of gates, and all units of a step one by one.
template <class Gates>
struct LstmUnits : Gates {
    MOTE_RT_INLINE void units(const LstmParameters& p, const int16_t* sums, int16_t* cell, int8_t* out) const {
        for (int32_t u = 0; u < p.units; ++u)
            out[u] = p.interpolated ? lstm_unit<InterpolatedFunctions>(p, sums + u, cell + u)
                                    : lstm_unit<typename Gates::Functions>(p, sums + u, cell + u);
    }
};

/// All steps, with the gates' products and the units computed by `gates`.
template <class Gates>
MOTE_RT_INLINE void lstm_steps(const LstmParameters& p, const Gates& gates, const int8_t* in, const int8_t* h, const int16_t* c,
                               int8_t* out, int16_t* sums) {
    int16_t* cell = sums + lstm_gates(p.coupled) * p.units;
    if (p.keeps_state)
        cell = const_cast<int16_t*>(c);  // a variable in the arena
    else
        for (int32_t u = 0; u < p.units; ++u) cell[u] = c[u];
    const int8_t* last = h;
    for (int32_t t = 0; t < p.steps; ++t, in += p.in_c, out += p.units) {
        gates.of_input(in, sums);
        gates.add_of_state(last, sums);
        gates.units(p, sums, cell, out);
        last = out;
    }
    if (!p.keeps_state) return;
    int8_t* const kept = const_cast<int8_t*>(h);
    for (int32_t u = 0; u < p.units; ++u) kept[u] = last[u];
}

MOTE_RT_INLINE void lstm_reference(const LstmParameters& p, const int8_t* in, const int8_t* h, const int16_t* c,
                                   const int8_t* input_weights, const int32_t* input_bias, const int8_t* recurrent_weights,
                                   const int32_t* recurrent_bias, const int32_t* multiplier, const int8_t* shift, int8_t* out,
                                   void* scratch) {
    const int32_t gates = lstm_gates(p.coupled);
    LstmUnits<GatesReference> products;
    static_cast<GatesReference&>(products) = {
        {gates, p.units, p.in_c, input_weights, input_bias, multiplier, shift},
        {gates, p.units, p.units, recurrent_weights, recurrent_bias, multiplier + gates, shift + gates}};
    lstm_steps(p, products, in, h, c, out, static_cast<int16_t*>(scratch));
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
