// Softmax of int16 rows by two tables of 513 values, between which it interpolates (TensorFlow Lite's SoftmaxInt16): exp(x) on [-10, 0] and
// 1 / (1 + x) on [0, 1], both with 15 fraction bits, as is the output. The output may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct SoftmaxI16Parameters {
    int32_t rows, depth;
    int32_t multiplier, shift;  ///< from a difference of inputs to steps of 10 / 65535
};

/// The function of a table at a place from -32768 to 32767.
MOTE_RT_INLINE int32_t interpolated(const int16_t* table, int32_t place) {
    const int32_t index = 256 + (place >> 7), rest = place & 127;
    return table[index] + (((table[index + 1] - table[index]) * rest + 64) >> 7);
}

MOTE_RT_INLINE int32_t softmax_i16_exponential(const SoftmaxI16Parameters& p, const int16_t* exponential, int32_t difference) {
    const int32_t place = wrapping_add(multiply(difference, p.multiplier, p.shift), 32767);
    return interpolated(exponential, clamp(place, -32768, 32767));
}

inline void softmax_i16_row(const SoftmaxI16Parameters& p, const int16_t* in, const int16_t* exponential, const int16_t* reciprocal,
                            int16_t* out) {
    int32_t most = -32768;
    for (int32_t i = 0; i < p.depth; ++i) most = in[i] > most ? in[i] : most;
    uint32_t sum = 0;  // 16 integer bits
    for (int32_t i = 0; i < p.depth; ++i) sum += static_cast<uint32_t>(softmax_i16_exponential(p, exponential, in[i] - most));
    const int headroom = __builtin_clz(sum);
    // 1 ... 2 with 16 fraction bits, around which the table lies.
    const int32_t shifted = static_cast<int32_t>(((static_cast<uint64_t>(sum) << headroom >> 1) + (1u << 13)) >> 14);
    const int32_t scale = interpolated(reciprocal, clamp(shifted - ((1 << 15) + (1 << 16)), -32768, 32767));
    const int shift = 31 - headroom;
    for (int32_t i = 0; i < p.depth; ++i) {
        const int64_t product = static_cast<int64_t>(softmax_i16_exponential(p, exponential, in[i] - most)) * scale;
        const int64_t value = (product + (int64_t{1} << shift >> 1)) >> shift;
        out[i] = static_cast<int16_t>(value < 0 ? 0 : value > 32767 ? 32767 : value);
    }
}

MOTE_RT_INLINE void softmax_i16_reference(const SoftmaxI16Parameters& p, const int16_t* in, const int16_t* exponential,
                                          const int16_t* reciprocal, int16_t* out) {
    for (int32_t row = 0; row < p.rows; ++row) softmax_i16_row(p, in + row * p.depth, exponential, reciprocal, out + row * p.depth);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
