// Logistic function and hyperbolic tangent of int16 values, by a table of the former from 0 up in steps of 1/24 with 16 fraction bits
// (TensorFlow Lite's reference/integer_ops/logistic.h and tanh.h). The output, with 15 fraction bits, may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct SigmoidI16Parameters {
    int32_t count;
    int32_t multiplier, shift;  ///< from an input to steps of 1 / 12288
    int32_t is_tanh;            ///< tanh(x) = 2 * logistic(2 * x) - 1
};

/// The table at a place of which `bits` bits lie between two of its values, with so many fraction bits more; the end of the range behind
/// it.
MOTE_RT_INLINE uint32_t sigmoid_i16_at(const int16_t* table, uint32_t place, int bits, uint32_t end) {
    const uint32_t index = place >> bits;
    if (index >= 255) return end << bits;
    const uint32_t left = static_cast<uint16_t>(table[index]), right = static_cast<uint16_t>(table[index + 1]);
    return (left << bits) + (place & ((1u << bits) - 1u)) * (right - left);
}

MOTE_RT_INLINE void sigmoid_i16_reference(const SigmoidI16Parameters& p, const int16_t* in, const int16_t* table, int16_t* out) {
    const int32_t half = p.shift > 0 ? int32_t{1} << (p.shift - 1) : 0;
    for (int32_t i = 0; i < p.count; ++i) {
        const int32_t place = (in[i] * p.multiplier + half) >> p.shift;
        const uint32_t size = static_cast<uint32_t>(place < 0 ? -place : place);
        if (p.is_tanh) {
            const int32_t value = static_cast<int32_t>(sigmoid_i16_at(table, size, 8, 0xffffu)) - (1 << 23);
            out[i] = static_cast<int16_t>((place >= 0 ? value + 128 : 127 - value) >> 8);
        } else {
            const uint32_t value = sigmoid_i16_at(table, size, 9, 0xfffeu);
            out[i] = static_cast<int16_t>((place >= 0 ? value + 512u : (1u << 25) - value + 511u) >> 10);
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
