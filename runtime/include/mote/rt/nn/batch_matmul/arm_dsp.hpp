// Products of matrices for cores with the DSP extension: the right matrix, some columns at a time, is packed as the channels of
// conv_2d/arm_dsp.hpp, of which the rows of the left one are the pixels. The bytes are those of the reference kernel.
//
// What the left zero point adds is the same for a whole column, and is its bias. What the right one adds is the same for a whole row: four
// more places hold it, one with the weight 1 and three with -128. depth is at most matmul_dsp_most_depth, the multiplier lies in
// [2^30, 2^31) and the shift in [-22, -1] (checked where the call is generated). scratch: matmul_dsp_scratch_bytes().
#pragma once

#include "mote/rt/nn/batch_matmul/reference.hpp"
#include "mote/rt/nn/conv_2d/arm_dsp.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Packed at a time.
constexpr int32_t matmul_columns_at_once = 32;
/// Three places of 16 bits, times 128, hold what so many products of bytes can add.
constexpr int32_t matmul_dsp_most_depth = 3 * 32767 / 128 - 1;

/// Places of a row: whole fours, then those for the right zero point.
MOTE_RT_INLINE constexpr int32_t matmul_dsp_whole(const BatchMatmulParameters& p) { return (p.depth + 3) / 4 * 4; }
MOTE_RT_INLINE constexpr int32_t matmul_dsp_depth(const BatchMatmulParameters& p) {
    return matmul_dsp_whole(p) + (p.right_zero_point != 0 ? 4 : 0);
}
MOTE_RT_INLINE constexpr int32_t matmul_dsp_pair_bytes(const BatchMatmulParameters& p) { return 20 + 2 * matmul_dsp_depth(p); }
MOTE_RT_INLINE constexpr int32_t matmul_dsp_scratch_bytes(const BatchMatmulParameters& p) {
    const int32_t columns = p.columns < matmul_columns_at_once ? p.columns : matmul_columns_at_once;
    return 8 * matmul_dsp_depth(p) + 4 * matmul_dsp_whole(p) + (columns + 1) / 2 * matmul_dsp_pair_bytes(p);
}

/// Of a pair of columns the places k, k + 2 or fewer, as a0 b0 a2 b2; `columns` is 1 or 2.
MOTE_RT_INLINE uint32_t matmul_dsp_word(const BatchMatmulParameters& p, const int8_t* right, int32_t columns, int32_t k) {
    uint32_t word = 0;
    for (int32_t i = 0; i < 4; ++i) {
        const int32_t place = k + (i & 2), column = i & 1;
        if (place < p.depth && column < columns)
            word |= static_cast<uint32_t>(static_cast<uint8_t>(right[place * p.right_depth + column * p.right_column])) << 8 * i;
    }
    return word;
}

/// Packs one or two columns; returns where the next ones belong.
inline int8_t* matmul_dsp_pack(const BatchMatmulParameters& p, const int8_t* right, int32_t columns, int8_t* to) {
    constexpr uint32_t ones = 0x00010001u, even = 0x00ff00ffu;
    int8_t* const biases = to;
    to += 8;
    int32_t sums[2] = {0, 0};
    const auto append = [&](uint32_t first, uint32_t second) __attribute__((always_inline)) {
        store_word(to, first), store_word(to + 4, second);
        to += 8;
        if (p.left_zero_point == 0) return;
        sums[0] = dot_pair(even_bytes(first), ones, dot_pair(even_bytes(second), ones, sums[0]));
        sums[1] = dot_pair(odd_bytes(first), ones, dot_pair(odd_bytes(second), ones, sums[1]));
    };
    int32_t k = 0;
    if (columns == 2 && p.right_column == 1) {
        const int8_t* from = right;
        const auto next = [&]() __attribute__((always_inline)) {
            uint16_t half;
            __builtin_memcpy(&half, from, sizeof half);
            from += p.right_depth;
            return uint32_t{half};
        };
        for (; k + 4 <= p.depth; k += 4) {
            const uint32_t h0 = next(), h1 = next(), h2 = next(), h3 = next();
            append(h0 | h2 << 16, h1 | h3 << 16);
        }
    } else if (columns == 2 && p.right_depth == 1) {
        for (; k + 4 <= p.depth; k += 4) {
            const uint32_t a = load_word(right + k), b = load_word(right + p.right_column + k);
            append((a & even) | (b & even) << 8, (a >> 8 & even) | (b & ~even));
        }
    }
    for (; k < p.depth; k += 4) append(matmul_dsp_word(p, right, columns, k), matmul_dsp_word(p, right, columns, k + 1));
    if (p.right_zero_point != 0) store_word(to, 0x80800101u), store_word(to + 4, 0x80808080u), to += 8;
    for (int32_t c = 0; c < 2; ++c)
        store_word(biases + 4 * c, static_cast<uint32_t>(p.left_zero_point * (p.depth * p.right_zero_point - sums[c])));
    const uint32_t doubled = static_cast<uint32_t>(p.multiplier) << 1, right_shift = static_cast<uint32_t>(-1 - p.shift);
    store_word(to, doubled), store_word(to + 4, doubled), store_word(to + 8, right_shift | right_shift << 8);
    return to + 12;
}

/// `count` (1 to 4) rows from `left` on as pixels. Lanes without a row hold what lay there; they are computed and not stored.
inline void matmul_dsp_gather(const BatchMatmulParameters& p, const int8_t* left, int32_t count, uint32_t* x, int8_t* rows) {
    const int32_t whole = matmul_dsp_whole(p);
    uint32_t* more = x + 2 * whole;
    if (count == 4 && p.left_depth == 1 && whole == p.depth) {
        conv_2d_expand_four(left, p.left_row, whole / 4, x);
    } else {
        for (int32_t i = 0; i < count; ++i) {
            int8_t* const row = rows + i * whole;
            const int8_t* from = left + i * p.left_row;
            for (int32_t k = 0; k < p.depth; ++k, from += p.left_depth) row[k] = *from;
            for (int32_t k = p.depth; k < whole; ++k) row[k] = 0;
        }
        conv_2d_expand_four(rows, whole, whole / 4, x);
    }
    if (p.right_zero_point == 0) return;
    for (int32_t i = 0; i < 4; ++i, ++more) {
        int32_t sum = 0;
        for (int32_t k = 0; k < whole; k += 4, x += 8) sum = dot_pair(x[4], 0x00010001u, dot_pair(x[0], 0x00010001u, sum));
        x -= 2 * whole - 1;
        const int32_t all = -p.right_zero_point * sum;
        int32_t rest = -(all >> 7);
        const int32_t first = saturate_half(rest), second = saturate_half(rest - first);
        rest -= first + second;
        more[0] = low_halves(static_cast<uint32_t>(all & 127), static_cast<uint32_t>(first));
        more[4] = low_halves(static_cast<uint32_t>(second), static_cast<uint32_t>(rest));
    }
}

/// One pair of matrices.
inline __attribute__((noinline)) void matmul_dsp(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out,
                                                 void* scratch) {
    const Conv2dTileFunction run = p.out_zero_point > -128 ? conv_2d_tile_with_ties : conv_2d_tile_without_ties;
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    int8_t* const channels = static_cast<int8_t*>(scratch) + 8 * matmul_dsp_depth(p);
    int8_t* const rows = channels + (matmul_dsp_scratch_bytes(p) - 8 * matmul_dsp_depth(p) - 4 * matmul_dsp_whole(p));
    Conv2dParameters q = {};
    q.kernel_h = q.kernel_w = 1, q.in_c = matmul_dsp_depth(p), q.low = -128, q.high = 127;
    for (int32_t begin = 0; begin < p.columns; begin += matmul_columns_at_once) {
        q.out_c = p.columns - begin < matmul_columns_at_once ? p.columns - begin : matmul_columns_at_once;
        int8_t* to = channels;
        for (int32_t c = 0; c < q.out_c; c += 2) to = matmul_dsp_pack(p, right + (begin + c) * p.right_column, q.out_c - c < 2 ? 1 : 2, to);
        Conv2dTile tile = {x, x + 2 * q.in_c, channels, out + begin, out, p.columns, 2 * p.out_zero_point + 1};
        for (int32_t row = 0; row < p.rows; row += 4, tile.out += 4 * p.columns) {
            const int32_t count = p.rows - row < 4 ? p.rows - row : 4;
            matmul_dsp_gather(p, left + row * p.left_row, count, x, rows);
            conv_2d_pixels(q, tile, count, run);
        }
    }
}

MOTE_RT_INLINE void batch_matmul_arm_dsp(const BatchMatmulParameters& p, const int8_t* left, const int8_t* right, int8_t* out,
                                         void* scratch) {
    each_matrix_pair(
        p, [&](int32_t l, int32_t r) __attribute__((always_inline)) {
            matmul_dsp(p, left + l, right + r, out, scratch);
            out += p.rows * p.columns;
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
