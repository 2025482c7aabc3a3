// Layer normalisation (Ba, Kiros and Hinton, "Layer Normalization", 2016) of int8 rows in whole numbers: what differs from the exact result
// is its last rounding. With n values of a row, their sum S and their sum of squares Q, (x - mean) / deviation is (n x - S) over the root
// of n Q - S^2, so zero points and scales cancel out. The output may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct LayerNormParameters {
    int32_t rows, depth;                ///< depth <= 65536
    int32_t epsilon_high, epsilon_low;  ///< n^2 epsilon / scale^2, at least 1, with 2 root_bits fraction bits
    int32_t root_bits;                  ///< of n^2 times a variance, so that 63 bits hold it
    int32_t unit_bits;                  ///< fraction bits of a normalised value, whose size is at most the root of the depth
    int32_t gain_shift, offset_shift;   ///< gain * normalised value + offset * 2^offset_shift, by 2^-gain_shift, is the output
    int32_t low, high;
    int32_t gain_row_step, gain_step;  ///< from the gain and offset of a row, and of a place in it, to the next: 0 or 1
};

/// 1 / sqrt(x) = mantissa * 2^-exponent
struct InverseSquareRoot {
    int32_t mantissa;  ///< 2^30 ... 2^31 - 1
    int exponent;      ///< 31 ... 62
};

/// x > 0; Newton's method, within 2^-29 of the result.
inline InverseSquareRoot inverse_square_root(uint64_t x) {
    const int shift = __builtin_clzll(x) & ~1;
    const uint32_t m = static_cast<uint32_t>((x << shift) >> 33);  // 1/4 ... 1, with 31 fraction bits
    // A straight line, 12 % off at most, with 30 fraction bits.
    uint32_t y = 2362232013u - static_cast<uint32_t>((static_cast<uint64_t>(m) * 1342177280u) >> 31);
    for (int i = 0; i < 4; ++i) {
        const uint32_t square = static_cast<uint32_t>((static_cast<uint64_t>(y) * y) >> 31);
        const uint32_t ratio = static_cast<uint32_t>((static_cast<uint64_t>(m) * square) >> 31);
        y = static_cast<uint32_t>((static_cast<uint64_t>(y) * (1610612736u - ratio)) >> 30);
    }
    return {static_cast<int32_t>(y > 0x7fffffffu ? 0x7fffffffu : y), 62 - shift / 2};
}

inline void layer_norm_row(const LayerNormParameters& p, const int8_t* in, const int32_t* gain, const int32_t* offset, int8_t* out) {
    int32_t sum = 0, squares = 0;
    for (int32_t i = 0; i < p.depth; ++i) sum += in[i], squares += in[i] * in[i];
    const uint64_t epsilon = (static_cast<uint64_t>(static_cast<uint32_t>(p.epsilon_high)) << 32) | static_cast<uint32_t>(p.epsilon_low);
    const uint64_t variance = static_cast<uint64_t>(static_cast<int64_t>(p.depth) * squares - static_cast<int64_t>(sum) * sum);
    const InverseSquareRoot root = inverse_square_root((variance << 2 * p.root_bits) + epsilon);
    const int shift = variance == 0 ? 1 : root.exponent - p.root_bits - p.unit_bits;  // where all values are the mean, any will do
    const int64_t half = int64_t{1} << (shift - 1), last_half = (int64_t{1} << p.gain_shift) >> 1;
    for (int32_t i = 0; i < p.depth; ++i) {
        const int32_t q = i * p.gain_step;
        const int32_t normalised = static_cast<int32_t>((static_cast<int64_t>(p.depth * in[i] - sum) * root.mantissa + half) >> shift);
        const int64_t value = static_cast<int64_t>(normalised) * gain[q] + static_cast<int64_t>(offset[q]) * (int64_t{1} << p.offset_shift);
        const int64_t rounded = (value + last_half) >> p.gain_shift;
        out[i] = static_cast<int8_t>(rounded < p.low ? p.low : rounded > p.high ? p.high : rounded);
    }
}

MOTE_RT_INLINE void layer_norm_reference(const LayerNormParameters& p, const int8_t* in, const int32_t* gain, const int32_t* offset,
                                         int8_t* out) {
    for (int32_t row = 0; row < p.rows; ++row)
        layer_norm_row(p, in + row * p.depth, gain + row * p.gain_row_step, offset + row * p.gain_row_step, out + row * p.depth);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
