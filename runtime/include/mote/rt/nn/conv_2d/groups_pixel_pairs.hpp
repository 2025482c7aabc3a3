// conv_2d/pixel_pairs_short.hpp for convolutions in groups (conv_2d/groups.hpp): the tables of all groups one behind the other.
#pragma once

#include "mote/rt/nn/conv_2d/groups.hpp"
#include "mote/rt/nn/conv_2d/pixel_pairs_short.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void conv_2d_groups_pixel_pairs(const Conv2dParameters& p, const int8_t* in, const int8_t* weights, const int32_t* factors,
                                               int8_t* out, void* scratch) {
    conv_2d_by_groups(
        p, in, out,
        scratch, [&](const Conv2dParameters& q, int32_t group, const int8_t* x, int8_t* y, void* of_kernel) __attribute__((always_inline)) {
            const int32_t bytes = q.out_c * 2 * pixel_short_blocks(q);
            conv_2d_pixel_pairs_short(q, x, weights + group * bytes, factors + group * q.out_c * WideRescale::words, y, of_kernel);
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
