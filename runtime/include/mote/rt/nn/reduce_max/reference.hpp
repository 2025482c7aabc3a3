// The largest value over some dimensions; input and output have one scale.
#pragma once

#include "mote/rt/nn/reduce.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void reduce_max_reference(const ReduceParameters& p, const T* in, T* out) {
    reduce(
        p, in, out, int32_t{INT16_MIN}, [](int32_t best, int32_t x) { return x > best ? x : best; },
        [](int32_t best) { return static_cast<T>(best); });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
