// Difference of two tensors; the arithmetic of TensorFlow Lite's reference/sub.h.
#pragma once

#include "mote/rt/nn/binary.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void sub_reference(const BinaryParameters& p, const T* left, const T* right, T* out) {
    binary(p, left, right, out,
           [&](int32_t a, int32_t b) { return rescaled_output(p, wrapping_add(common_left(p, a), -common_right(p, b))); });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
