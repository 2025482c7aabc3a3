// The smaller of two values of one scale.
#pragma once

#include "mote/rt/nn/binary.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void minimum_reference(const BinaryParameters& p, const T* left, const T* right, T* out) {
    binary(p, left, right, out, [](int32_t a, int32_t b) { return a < b ? a : b; });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
