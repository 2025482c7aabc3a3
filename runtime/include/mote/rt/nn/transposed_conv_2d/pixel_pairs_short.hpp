// conv_2d/pixel_pairs_short.hpp for the phases of a transposed convolution (transposed_conv_2d/phases.hpp): the tables of all one behind
// the other.
#pragma once

#include "mote/rt/nn/conv_2d/pixel_pairs_short.hpp"
#include "mote/rt/nn/transposed_conv_2d/phases.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void transposed_conv_2d_pixel_pairs_short(const TransposedConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                         const int32_t* factors, int8_t* out, void* scratch) {
    transposed_conv_2d_by_phases(
        p, weights, out, scratch, [](const Conv2dParameters& q) { return q.out_c * 2 * pixel_short_blocks(q); },
        [&](const Conv2dParameters& q, int32_t number, const int8_t* of_phase, int8_t* y, void* of_kernel) __attribute__((always_inline)) {
            conv_2d_pixel_pairs_short(q, in, of_phase, factors + number * q.out_c * WideRescale::words, y, of_kernel);
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
