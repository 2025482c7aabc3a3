// The same values elsewhere.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct CopyParameters {
    int32_t count;
};

template <class T>
MOTE_RT_INLINE void copy_reference(const CopyParameters& p, const T* in, T* out) {
    for (int32_t i = 0; i < p.count; ++i) out[i] = in[i];
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
