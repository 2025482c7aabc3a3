// What recurrent layers share: products of a vector with the weights of several gates, and the gates' functions.
//
// A gate's sum is int16_t with 3 integer bits (Q3.12), its function's value int16_t with none (Q0.15). Gates lie one behind the other, each
// of `units` rows. Tables of one matrix:
//
//     weights     int8 [gates * units][depth]
//     bias        int32, one a row: the layer's bias minus the vector's zero point times the sum of the row's weights
//     multiplier  int32, and
//     shift       int8: factor from accumulator to Q3.12 as multiplier * 2^(shift - 31), one a gate
#pragma once

#include "mote/rt/nn/gate_functions.hpp"
#include "mote/rt/nn/packed_gate_functions.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Of the functions with the bits of the series the fastest; where code is compiled for size, smaller ones.
#if defined(__OPTIMIZE_SIZE__)
using FastFunctions = TabledFunctions;
#else
using FastFunctions = PackedFunctions;
#endif

struct GateMatrix {
    int32_t gates, units, depth;
    const int8_t* weights;
    const int32_t* bias;
    const int32_t* multiplier;
    const int8_t* shift;
};

/// sums = or += the product, held to int16_t.
template <bool adds>
MOTE_RT_INLINE void gate_products(const GateMatrix& m, const int8_t* vector, int16_t* sums) {
    const int8_t* weights = m.weights;
    const int32_t* bias = m.bias;
    for (int32_t g = 0; g < m.gates; ++g)
        for (int32_t u = 0; u < m.units; ++u, weights += m.depth, ++sums) {
            uint32_t sum = static_cast<uint32_t>(*bias++);
            for (int32_t k = 0; k < m.depth; ++k) sum += product(vector[k], weights[k]);
            const int32_t value = multiply(static_cast<int32_t>(sum), m.multiplier[g], m.shift[g]);
            *sums = static_cast<int16_t>(saturate_16(adds ? wrapping_add(value, *sums) : value));
        }
}

/// The matrices of a recurrent layer, computed by the reference.
struct GatesReference {
    using Functions = PlainFunctions;
    GateMatrix input, recurrent;
    MOTE_RT_INLINE void of_input(const int8_t* x, int16_t* sums) const { gate_products<false>(input, x, sums); }
    MOTE_RT_INLINE void add_of_state(const int8_t* h, int16_t* sums) const { gate_products<true>(recurrent, h, sums); }
};

/// round(a * b / 2^shift), halves away from zero, for values of 16 bits; 0 < shift < 31.
MOTE_RT_INLINE int32_t scaled_product(int32_t a, int32_t b, int shift) { return rounded_shift_16(a * b, shift); }

}  // namespace nn
}  // namespace rt
}  // namespace mote
