// Products of pairs of matrices, both computed (TensorFlow Lite's reference/batch_matmul.h): left [..., rows, depth], right [..., depth,
// columns], either of them transposed, each repeated along leading dimensions of size 1.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct BatchMatmulParameters {
    int32_t batch_0, batch_1, batch_2, batch_3;
    int32_t left_0, left_1, left_2, left_3;      ///< steps of the left matrices along the batches
    int32_t right_0, right_1, right_2, right_3;  ///< and of the right ones
    int32_t rows, columns, depth;
    int32_t left_row, left_depth;  ///< steps within a left matrix, along its rows and along the sum
    int32_t right_column, right_depth;
    int32_t left_zero_point, right_zero_point, out_zero_point;
    int32_t multiplier, shift;
};

/// visit(left, right): the places of the pairs of matrices, in the order of the output.
template <class Visit>
MOTE_RT_INLINE void each_matrix_pair(const BatchMatmulParameters& p, Visit visit) {
    for (int32_t a = 0; a < p.batch_0; ++a)
        for (int32_t b = 0; b < p.batch_1; ++b)
            for (int32_t c = 0; c < p.batch_2; ++c)
                for (int32_t d = 0; d < p.batch_3; ++d)
                    visit(a * p.left_0 + b * p.left_1 + c * p.left_2 + d * p.left_3,
                          a * p.right_0 + b * p.right_1 + c * p.right_2 + d * p.right_3);
}

/// `columns` values of a row of the output: sums of products of the values less their zero points. What the right zero point adds is the
/// same for all columns.
template <int columns>
MOTE_RT_INLINE void matmul_columns(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, uint32_t start, int8_t* out) {
    uint32_t sum[columns];
    for (int32_t c = 0; c < columns; ++c) sum[c] = start;
    for (int32_t k = 0; k < p.depth; ++k, left += p.left_depth, right += p.right_depth) {
        const int32_t value = *left - p.left_zero_point;
        for (int32_t c = 0; c < columns; ++c) sum[c] += product(value, right[c * p.right_column]);
    }
    for (int32_t c = 0; c < columns; ++c) {
        const int32_t value = wrapping_add(multiply(static_cast<int32_t>(sum[c]), p.multiplier, p.shift), p.out_zero_point);
        out[c] = static_cast<int8_t>(clamp(value, -128, 127));
    }
}

inline void matmul_row(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out) {
    uint32_t left_sum = 0;
    for (int32_t k = 0; k < p.depth; ++k) left_sum += static_cast<uint32_t>(left[k * p.left_depth] - p.left_zero_point);
    const uint32_t start = 0u - static_cast<uint32_t>(p.right_zero_point) * left_sum;
    int32_t column = 0;
    for (; column + 4 <= p.columns; column += 4) matmul_columns<4>(p, left, right + column * p.right_column, start, out + column);
    for (; column < p.columns; ++column) matmul_columns<1>(p, left, right + column * p.right_column, start, out + column);
}

MOTE_RT_INLINE void batch_matmul_reference(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out) {
    each_matrix_pair(p, [&](int32_t l, int32_t r) {
        for (int32_t row = 0; row < p.rows; ++row, out += p.columns) matmul_row(p, left + l + row * p.left_row, right + r, out);
    });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
