// The same bytes elsewhere (a reshape that could not share memory).
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct CopyParameters {
    int32_t count;
};

MOTE_RT_INLINE void copy_reference(const CopyParameters& p, const int8_t* in, int8_t* out) {
    for (int32_t i = 0; i < p.count; ++i) out[i] = in[i];
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
