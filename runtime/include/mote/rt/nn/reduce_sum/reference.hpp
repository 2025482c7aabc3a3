// Sum or mean over some dimensions (QuantizedMeanOrSum of TensorFlow Lite's reference/reduce.h): for a mean the number of values is part of
// the multiplier.
#pragma once

#include "mote/rt/nn/reduce.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void reduce_sum_reference(const ReduceParameters& p, const T* in, T* out) {
    constexpr int32_t most = sizeof(T) == 1 ? 127 : 32767;
    reduce(
        p, in, out, int32_t{0}, [&](int32_t sum, int32_t x) { return wrapping_add(sum, x - p.in_zero_point); },
        [&](int32_t sum) {
            return static_cast<T>(clamp(wrapping_add(multiply(sum, p.multiplier, p.shift), p.out_zero_point), -most - 1, most));
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
