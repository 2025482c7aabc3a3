// What layers with int16 activations and int8 weights share (TensorFlow Lite's 16x8 quantisation): zero points are 0, sums have 64 bits
// where the bias has, and 32 where it has 32.
//
// Tables: weights int8; bias int32, one value an output channel, or two of them, the lower half first, where parameters.is_wide is 1;
// multiplier and shift as in kernel.hpp, but where is_wide is 1: the multiplier has 15 bits, and what follows is a shift right by `shift`.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Sum of products; so many at a time fit 32 bits.
MOTE_RT_INLINE uint64_t products_i16(const int16_t* x, const int8_t* w, int32_t count) {
    constexpr int32_t at_once = 256;
    uint64_t total = 0;
    for (int32_t first = 0; first < count; first += at_once) {
        const int32_t end = first + at_once < count ? first + at_once : count;
        int32_t sum = 0;
        for (int32_t i = first; i < end; ++i) sum += x[i] * w[i];
        total += static_cast<uint64_t>(static_cast<int64_t>(sum));
    }
    return total;
}

template <class P>
MOTE_RT_INLINE uint64_t bias_i16(const P& p, const int32_t* bias, int32_t channel) {
    if (!p.is_wide) return static_cast<uint64_t>(static_cast<int64_t>(bias[channel]));
    return static_cast<uint64_t>(static_cast<uint32_t>(bias[2 * channel])) |
           (static_cast<uint64_t>(static_cast<uint32_t>(bias[2 * channel + 1])) << 32);
}

/// A sum brought to the output's scale and range; MultiplyByQuantizedMultiplier of TensorFlow Lite's common.h for 64 or for 32 bits.
template <class P>
MOTE_RT_INLINE int16_t output_i16(const P& p, uint64_t sum, const int32_t* multiplier, const int8_t* shift, int32_t channel) {
    const int32_t q = p.per_channel ? channel : 0;
    if (!p.is_wide)
        return static_cast<int16_t>(
            clamp(multiply(static_cast<int32_t>(static_cast<uint32_t>(sum)), multiplier[q], shift[q]), p.low, p.high));
    const uint64_t rounded = sum * static_cast<uint32_t>(multiplier[q]) + (uint64_t{1} << (shift[q] - 1));
    return static_cast<int16_t>(clamp(static_cast<int32_t>(static_cast<int64_t>(rounded) >> shift[q]), p.low, p.high));
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
