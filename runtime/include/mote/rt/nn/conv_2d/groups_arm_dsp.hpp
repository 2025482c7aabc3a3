// conv_2d/arm_dsp.hpp for convolutions in groups (conv_2d/groups.hpp): the channels of all groups one behind the other.
#pragma once

#include "mote/rt/nn/conv_2d/arm_dsp.hpp"
#include "mote/rt/nn/conv_2d/groups.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void conv_2d_groups_arm_dsp(const Conv2dParameters& p, const int8_t* in, const int8_t* channels, int8_t* out,
                                           void* scratch) {
    conv_2d_by_groups(
        p, in, out,
        scratch, [&](const Conv2dParameters& q, int32_t group, const int8_t* x, int8_t* y, void* of_kernel) __attribute__((always_inline)) {
            const int32_t bytes = (q.out_c + 1) / 2 * (20 + 2 * conv_2d_depth(q));
            conv_2d_arm_dsp(q, x, channels + group * bytes, y, of_kernel);
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
