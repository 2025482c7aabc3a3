// Slices of a tensor by index: input [outer][axis][inner], output [outer][count][inner].
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct GatherParameters {
    int32_t outer, axis, inner, count;
};

template <class T>
MOTE_RT_INLINE void gather_reference(const GatherParameters& p, const T* in, const int32_t* indices, T* out) {
    for (int32_t o = 0; o < p.outer; ++o, in += p.axis * p.inner)
        for (int32_t k = 0; k < p.count; ++k) {
            const T* from = in + indices[k] * p.inner;
            for (int32_t i = 0; i < p.inner; ++i) *out++ = from[i];
        }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
