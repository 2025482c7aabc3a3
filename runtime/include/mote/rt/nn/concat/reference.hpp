// One of the inputs of a concatenation put into its place: input [outer][inner], output [outer][stride], at `offset`.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct ConcatParameters {
    int32_t outer, inner, stride, offset;
};

template <class T>
MOTE_RT_INLINE void concat_reference(const ConcatParameters& p, const T* in, T* out) {
    for (int32_t o = 0; o < p.outer; ++o)
        for (int32_t i = 0; i < p.inner; ++i) out[o * p.stride + p.offset + i] = in[o * p.inner + i];
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
