// (left - right)^2; the arithmetic of TensorFlow Lite Micro's squared_difference.cc.
#pragma once

#include "mote/rt/nn/binary.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void squared_difference_reference(const BinaryParameters& p, const T* left, const T* right, T* out) {
    binary(p, left, right, out, [&](int32_t a, int32_t b) {
        const int32_t difference = wrapping_add(common_left(p, a), -common_right(p, b));
        return rescaled_output(p, wrapping_product(difference, difference));
    });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
