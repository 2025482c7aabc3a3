// Product of two tensors; the arithmetic of TensorFlow Lite's reference/integer_ops/mul.h.
#pragma once

#include "mote/rt/nn/binary.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void mul_reference(const BinaryParameters& p, const T* left, const T* right, T* out) {
    binary(p, left, right, out,
           [&](int32_t a, int32_t b) { return rescaled_output(p, wrapping_product(a - p.left_zero_point, b - p.right_zero_point)); });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
