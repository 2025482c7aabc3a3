// Quotient of two tensors; the arithmetic of TensorFlow Lite's reference/div.h, which works with a reciprocal of the divisor. Where the
// divisor is zero, which is undefined there, the quotient is the largest or the smallest value, and 0 / 0 is 0.
#pragma once

#include "mote/rt/nn/binary.hpp"
#include "mote/rt/nn/exponential.hpp"

namespace mote {
namespace rt {
namespace nn {

/// dividend / divisor, rescaled; divisor > 0.
MOTE_RT_INLINE int32_t rescaled_quotient(const BinaryParameters& p, int32_t dividend, int32_t divisor) {
    const int headroom = __builtin_clz(static_cast<uint32_t>(divisor));
    const int32_t reciprocal = reciprocal_of_one_plus(static_cast<int32_t>((static_cast<uint32_t>(divisor) << headroom) - 0x80000000u));
    // Sign bits of the dividend beyond the first.
    const uint32_t size = static_cast<uint32_t>(dividend < 0 ? ~dividend : dividend);
    const int room = size == 0 ? 31 : __builtin_clz(size) - 1;
    const int32_t quotient = doubling_high_multiply(static_cast<int32_t>(static_cast<uint32_t>(dividend) << room), reciprocal);
    const int shift = p.out_shift - (31 - headroom) - room;
    return shift < -31 ? 0 : multiply(quotient, p.out_multiplier, shift > 30 ? 30 : shift);
}

template <class T>
MOTE_RT_INLINE void div_reference(const BinaryParameters& p, const T* left, const T* right, T* out) {
    binary(p, left, right, out, [&](int32_t a, int32_t b) {
        const int32_t dividend = a - p.left_zero_point, divisor = b - p.right_zero_point;
        if (divisor == 0) return dividend > 0 ? p.high : dividend < 0 ? p.low : clamp(p.out_zero_point, p.low, p.high);
        const int32_t quotient = divisor > 0 ? rescaled_quotient(p, dividend, divisor) : rescaled_quotient(p, -dividend, -divisor);
        return clamp(wrapping_add(quotient, p.out_zero_point), p.low, p.high);
    });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
