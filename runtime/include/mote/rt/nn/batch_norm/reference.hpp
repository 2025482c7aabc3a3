// Standardisation of float features before they are quantised: x * scale[c] + offset[c] over the last dimension. The output may lie where
// the input lies. The same bits everywhere as long as the compiler does not contract the two operations (-ffp-contract=off).
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct BatchNormParameters {
    int32_t pixels, channels;
};

MOTE_RT_INLINE void batch_norm_reference(const BatchNormParameters& p, const float* in, const float* scale, const float* offset,
                                         float* out) {
    for (int32_t i = 0; i < p.pixels; ++i, in += p.channels, out += p.channels)
        for (int32_t c = 0; c < p.channels; ++c) out[c] = in[c] * scale[c] + offset[c];
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
