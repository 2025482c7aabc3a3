// conv_2d/arm_dsp.hpp for the phases of a transposed convolution (transposed_conv_2d/phases.hpp): the channels of all one behind the other.
#pragma once

#include "mote/rt/nn/conv_2d/arm_dsp.hpp"
#include "mote/rt/nn/transposed_conv_2d/phases.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void transposed_conv_2d_arm_dsp(const TransposedConv2dParameters& p, const int8_t* in, const int8_t* channels, int8_t* out,
                                               void* scratch) {
    transposed_conv_2d_by_phases(
        p, channels, out, scratch, [](const Conv2dParameters& q) { return (q.out_c + 1) / 2 * (20 + 2 * conv_2d_depth(q)); },
        [&](const Conv2dParameters& q, int32_t, const int8_t* of_phase, int8_t* y, void* of_kernel)
            __attribute__((always_inline)) { conv_2d_arm_dsp(q, in, of_phase, y, of_kernel); });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
