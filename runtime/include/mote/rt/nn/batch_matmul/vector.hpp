// Products of matrices for cores with wide vectors (Helium, NEON, AVX2): the right matrix, some columns at a time, is packed as the
// channels of vector_rows.hpp. The bytes are those of the reference kernel.
//
// What the left zero point adds is the same for a whole column, and is its bias. What the right one adds is the same for a whole row, and
// is added to all biases before that row. The shift lies in [-31, -1] (checked where the call is generated). scratch:
// matmul_vector_scratch_bytes().
#pragma once

#include "mote/rt/nn/batch_matmul/reference.hpp"
#include "mote/rt/nn/vector_rows.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Packed at a time.
constexpr int32_t matmul_vector_columns = 32;

MOTE_RT_INLINE constexpr int32_t matmul_chunks(const BatchMatmulParameters& p) { return (p.depth + 15) / 16; }
/// Two rows, and the columns.
MOTE_RT_INLINE constexpr int32_t matmul_vector_scratch_bytes(const BatchMatmulParameters& p) {
    const int32_t columns = p.columns < matmul_vector_columns ? p.columns : matmul_vector_columns;
    return 2 * 16 * matmul_chunks(p) + (columns + 3) / 4 * vector_group_bytes(matmul_chunks(p));
}

/// Sum of `chunks` times 16 bytes.
MOTE_RT_INLINE int32_t sum_of_chunks(const int8_t* x, int32_t chunks, int32_t step) {
    int32_t sum = 0;
#if MOTE_RT_MVE
    for (; chunks > 0; --chunks, x += step) sum = vaddvaq_s8(sum, vld1q_s8(x));
#else
    for (; chunks > 0; --chunks, x += step)
        for (int32_t i = 0; i < 16; ++i) sum += x[i];
#endif
    return sum;
}

/// `count` (1 to 16) bytes that lie `step` apart, zeros to 16.
MOTE_RT_INLINE void collect_bytes(const int8_t* from, int32_t step, int32_t count, int8_t* to) {
#if MOTE_RT_MVE
    if (count == 16 && step < 4096) {
        const uint16x8_t places = vmulq_n_u16(vidupq_n_u16(0, 1), static_cast<uint16_t>(step));
        vstrbq_s16(to, vldrbq_gather_offset_s16(from, places));
        vstrbq_s16(to + 8, vldrbq_gather_offset_s16(from + 8 * step, places));
        return;
    }
#endif
    for (int32_t i = 0; i < count; ++i, from += step) to[i] = *from;
    for (int32_t i = count; i < 16; ++i) to[i] = 0;
}

/// A row of the left matrix or a column of the right one as chunks that lie `chunk_step` apart, zeros behind it.
MOTE_RT_INLINE void collect_chunks(const int8_t* from, int32_t step, int32_t depth, int8_t* to, int32_t chunk_step) {
    for (int32_t k = 0; k < depth; k += 16, to += chunk_step) {
        if (step == 1 && depth - k >= 16)
            __builtin_memcpy(to, from + k, 16);
        else
            collect_bytes(from + k * step, step, depth - k < 16 ? depth - k : 16, to);
    }
}

/// Packs up to four columns.
inline void matmul_vector_pack(const BatchMatmulParameters& p, const int8_t* right, int32_t columns, int8_t* group) {
    const int32_t chunks = matmul_chunks(p);
    int8_t* const tables = group + 64 * chunks;
    for (int32_t c = 0; c < 4; ++c) {
        int32_t sum = 0;
        if (c < columns) {
            collect_chunks(right + c * p.right_column, p.right_depth, p.depth, group + 16 * c, 64);
            if (p.left_zero_point != 0) sum = sum_of_chunks(group + 16 * c, chunks, 64);
        } else {
            for (int32_t k = 0; k < chunks; ++k) fill_bytes(group + 64 * k + 16 * c, 16, 0);
        }
        const int32_t bias = p.left_zero_point * (p.depth * p.right_zero_point - sum);
        __builtin_memcpy(tables + 4 * c, &bias, 4);
        __builtin_memcpy(tables + 16 + 4 * c, &p.multiplier, 4);
        tables[32 + c] = static_cast<int8_t>(p.shift);
    }
}

/// Adds to the biases of `columns` columns.
MOTE_RT_INLINE void matmul_vector_add(int8_t* layer, int32_t chunks, int32_t columns, int32_t value) {
    for (int8_t* biases = layer + 64 * chunks; columns > 0; columns -= 4, biases += vector_group_bytes(chunks)) {
#if MOTE_RT_MVE
        int32_t* const words = reinterpret_cast<int32_t*>(biases);
        vst1q_s32(words, vaddq_n_s32(vld1q_s32(words), value));
#else
        for (int32_t c = 0; c < 4; ++c) {
            int32_t bias;
            __builtin_memcpy(&bias, biases + 4 * c, 4);
            bias += value;
            __builtin_memcpy(biases + 4 * c, &bias, 4);
        }
#endif
    }
}

/// One pair of matrices.
inline __attribute__((noinline)) void matmul_vector(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out,
                                                    void* scratch) {
    const int32_t chunks = matmul_chunks(p), at_once = p.right_zero_point == 0 ? 2 : 1;
    const bool in_place = p.left_depth == 1 && p.depth % 16 == 0;
    int8_t* const rows = static_cast<int8_t*>(scratch);
    int8_t* const layer = rows + 2 * 16 * chunks;
    for (int32_t begin = 0; begin < p.columns; begin += matmul_vector_columns) {
        const int32_t columns = p.columns - begin < matmul_vector_columns ? p.columns - begin : matmul_vector_columns;
        for (int32_t c = 0; c < columns; c += 4)
            matmul_vector_pack(p, right + (begin + c) * p.right_column, columns - c < 4 ? columns - c : 4,
                               layer + c / 4 * vector_group_bytes(chunks));
        const VectorLayer l{chunks, columns, p.out_zero_point, -128, 127};
        int8_t* to = out + begin;
        int32_t added = 0;
        for (int32_t row = 0; row < p.rows; row += at_once, to += at_once * p.columns) {
            const int32_t count = p.rows - row < at_once ? 1 : at_once;
            const int8_t* x[2] = {left + row * p.left_row, left + (row + count - 1) * p.left_row};
            for (int32_t i = 0; i < count && !in_place; ++i) {
                collect_chunks(x[i], p.left_depth, p.depth, rows + i * 16 * chunks, 16);
                x[i] = rows + i * 16 * chunks;
            }
            if (p.right_zero_point != 0) {
                const int32_t of_row = -p.right_zero_point * sum_of_chunks(x[0], chunks, 16);
                matmul_vector_add(layer, chunks, columns, of_row - added);
                added = of_row;
            }
            vector_rows<true>(l, count, x[0], x[1], layer, to, to + p.columns);
        }
    }
}

MOTE_RT_INLINE void batch_matmul_vector(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out,
                                        void* scratch) {
    each_matrix_pair(
        p, [&](int32_t l, int32_t r) __attribute__((always_inline)) {
            matmul_vector(p, left + l, right + r, out, scratch);
            out += p.rows * p.columns;
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
