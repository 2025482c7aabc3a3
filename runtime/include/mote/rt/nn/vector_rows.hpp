// One or two rows of bytes times packed weights: what dense layers and convolutions are made of on cores with wide vectors.
//
// layer: for each four output channels, for each 16 places of a row, 16 weights of each of the four (what is missing to a multiple of 16 is
// 0); then the four channels' biases (int32), multipliers (int32) and shifts (int8). Every shift lies in [-31, -1]; for NEON no weight is
// -128, unless any_weights is true.
#pragma once

#include "mote/rt/nn/mve_rows.hpp"
#include "mote/rt/nn/vector_lanes.hpp"

#if !MOTE_RT_MVE

namespace mote {
namespace rt {
namespace nn {

/// Four channels of `rows` rows; `tables` are theirs. The sums stay in registers.
template <int32_t rows, bool any_weights>
MOTE_RT_INLINE void vector_group(const VectorLayer& l, const int8_t* const (&x)[rows], const int8_t* group, int32_t count,
                                 int8_t* const (&out)[rows]) {
    RowSums sums[rows][4] = {};
    for (int32_t chunk = 0; chunk < l.chunks; ++chunk, group += 64) {
        RowBytes bytes[rows];
        for (int32_t r = 0; r < rows; ++r) bytes[r] = row_bytes(x[r] + 16 * chunk);
        for (int32_t c = 0; c < 4; ++c) {
            const RowBytes weights = row_bytes(group + 16 * c);
            for (int32_t r = 0; r < rows; ++r)
                if (any_weights)
                    add_any_products(sums[r][c], bytes[r], weights);
                else
                    add_products(sums[r][c], bytes[r], weights);
        }
    }
    const Quad bias = load_quad(group), multiplier = load_quad(group + 16), shift = widened(group + 32);
    for (int32_t r = 0; r < rows; ++r) {
        const Quad y = rescaled(added(totals(sums[r][0], sums[r][1], sums[r][2], sums[r][3]), bias), multiplier, shift);
        store_quad(clamped(added(y, quad_of(l.out_zero_point)), l.low, l.high), count, out[r]);
    }
}

/// `rows` (1 or 2) rows of 16 * chunks bytes, to out_c bytes each.
template <bool any_weights = false>
inline void vector_rows(const VectorLayer& l, int32_t rows, const int8_t* x0, const int8_t* x1, const int8_t* layer, int8_t* out0,
                        int8_t* out1) {
    const int32_t step = vector_group_bytes(l.chunks);
    for (int32_t c = 0; c < l.out_c; c += 4, layer += step) {
        const int32_t count = l.out_c - c < 4 ? l.out_c - c : 4;
        if (rows == 2)
            vector_group<2, any_weights>(l, {x0, x1}, layer, count, {out0 + c, out1 + c});
        else
            vector_group<1, any_weights>(l, {x0}, layer, count, {out0 + c});
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote

#endif
