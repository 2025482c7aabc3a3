// Products of gates for cores with wide vectors (Helium, NEON, AVX2). The rows of each gate are padded to a multiple of 4; weights: for
// each four rows, for each 16 places of the vector, 16 weights of each of the four (what is missing to a multiple of 16 is 0); bias has an
// entry a padded row. Each shift is in [-31, 7]; for NEON no weight is -128.
#pragma once

#include "mote/rt/nn/gates.hpp"
#include "mote/rt/nn/mve_sums.hpp"
#include "mote/rt/nn/vector_lanes.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Rows whose sums are computed before they are rescaled.
constexpr int32_t vector_rows_at_once = 32;

MOTE_RT_INLINE constexpr int32_t vector_padded(int32_t n) { return (n + 3) / 4 * 4; }

/// The sums of `rows` rows, a multiple of 4, with 16 * chunks places each.
inline void vector_sums(const int8_t* x, int32_t chunks, const int8_t* weights, const int32_t* bias, int32_t rows, int32_t* sums) {
#if MOTE_RT_MVE
    mve_sums(x, chunks, weights, bias, rows, sums);
#else
    for (int32_t row = 0; row < rows; row += 4, bias += 4, sums += 4) {
        RowSums four[4] = {};
        for (int32_t chunk = 0; chunk < chunks; ++chunk, weights += 64) {
            const RowBytes bytes = row_bytes(x + 16 * chunk);
            for (int32_t c = 0; c < 4; ++c) add_products(four[c], bytes, row_bytes(weights + 16 * c));
        }
        const Quad total = added(totals(four[0], four[1], four[2], four[3]), load_quad(reinterpret_cast<const int8_t*>(bias)));
        __builtin_memcpy(sums, &total, sizeof total);
    }
#endif
}

#if MOTE_RT_MVE
template <bool adds, bool is_right>
MOTE_RT_INLINE void mve_store_sums(const int32_t* sums, int32_t count, int32_t multiplier, int32_t shift, int16_t* to) {
    const int32x4_t low = vdupq_n_s32(-32768), high = vdupq_n_s32(32767);
    for (; count > 0; count -= 4, sums += 4, to += 4) {
        const mve_pred16_t some = vctp32q(static_cast<uint32_t>(count));
        int32x4_t x = vldrwq_s32(sums);
        if (!is_right) x = vshlq_r_s32(x, shift);
        x = vqrdmulhq_n_s32(x, multiplier);
        if (is_right) x = vrshlq_n_s32(vaddq_s32(x, vshrq_n_s32(x, 31)), shift);
        if (adds) x = vaddq_s32(x, vldrhq_z_s32(to, some));
        vstrhq_p_s32(to, vminq_s32(vmaxq_s32(x, low), high), some);
    }
}
#endif

template <bool adds>
MOTE_RT_INLINE void store_vector_sums(const int32_t* sums, int32_t count, int32_t multiplier, int32_t shift, int16_t* to) {
#if MOTE_RT_MVE
    if (shift < 0)
        mve_store_sums<adds, true>(sums, count, multiplier, shift, to);
    else
        mve_store_sums<adds, false>(sums, count, multiplier, shift, to);
#else
    for (int32_t c = 0; c < count; ++c) {
        const int32_t value = multiply(sums[c], multiplier, shift);
        to[c] = static_cast<int16_t>(saturate_16(adds ? wrapping_add(value, to[c]) : value));
    }
#endif
}

/// padded: memory for the vector where its length is no multiple of 16.
template <bool adds>
MOTE_RT_SHARED void gate_products_vector(const GateMatrix& m, const int8_t* vector, int8_t* padded, int16_t* to) {
    const int32_t chunks = (m.depth + 15) / 16;
    if (m.depth % 16 != 0) {
        copy_bytes(vector, m.depth, padded);
        vector = padded;
    }
    const int8_t* weights = m.weights;
    const int32_t* bias = m.bias;
    int32_t sums[vector_rows_at_once];
    for (int32_t g = 0; g < m.gates; ++g)
        for (int32_t left = m.units; left > 0; left -= vector_rows_at_once) {
            const int32_t count = left < vector_rows_at_once ? left : vector_rows_at_once, rows = vector_padded(count);
            vector_sums(vector, chunks, weights, bias, rows, sums);
            weights += 16 * chunks * rows, bias += rows;
            store_vector_sums<adds>(sums, count, m.multiplier[g], m.shift[g], to);
            to += count;
        }
}

/// The matrices of a recurrent layer; `padded`: memory for the longer vector.
struct GatesVector {
    using Functions = TabledFunctions;
    GateMatrix input, state;
    int8_t* padded;
    MOTE_RT_INLINE void of_input(const int8_t* x, int16_t* sums) const { gate_products_vector<false>(input, x, padded, sums); }
    MOTE_RT_INLINE void add_of_state(const int8_t* h, int16_t* sums) const { gate_products_vector<true>(state, h, padded, sums); }
    MOTE_RT_INLINE void of_state(const int8_t* h, int32_t first, int32_t count, int16_t* sums) const {
        const int32_t rows = first * vector_padded(state.units);
        gate_products_vector<false>({count, state.units, state.depth, state.weights + rows * ((state.depth + 15) / 16 * 16),
                                     state.bias + rows, state.multiplier + first, state.shift + first},
                                    h, padded, sums);
    }
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
