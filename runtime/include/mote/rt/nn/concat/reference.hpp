// One of the inputs of a concatenation put into its place: input [outer][inner], output [outer][stride], at `offset`.
#pragma once

#include "mote/rt/nn/copy_run.hpp"

namespace mote {
namespace rt {
namespace nn {

struct ConcatParameters {
    int32_t outer, inner, stride, offset;
};

template <class T>
MOTE_RT_INLINE void concat_reference(const ConcatParameters& p, const T* in, T* out) {
    for (int32_t o = 0; o < p.outer; ++o) copy_run(in + o * p.inner, p.inner, out + o * p.stride + p.offset);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
