// conv_2d/pixel_pairs.hpp for the phases of a transposed convolution (transposed_conv_2d/phases.hpp): weights, excess and bias of all one
// behind the other; the factors, which depend on scales alone, are those of each.
#pragma once

#include "mote/rt/nn/conv_2d/pixel_pairs.hpp"
#include "mote/rt/nn/transposed_conv_2d/phases.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Behind what was taken from the weights of a phase.
MOTE_RT_INLINE const int16_t* pixel_pairs_after_excess(const int16_t* taken, int32_t out_c) {
    for (int32_t begin = 0; begin < out_c; begin += pixel_pairs_chunk) taken += 1 + 3 * taken[0];
    return taken;
}

MOTE_RT_INLINE void transposed_conv_2d_pixel_pairs(const TransposedConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                   const int16_t* excess, const int32_t* bias, const int32_t* factors, int8_t* out,
                                                   void* scratch) {
    int32_t begun = 0;
    transposed_conv_2d_by_phases(
        p, weights, out, scratch, [](const Conv2dParameters& q) { return q.out_c * 4 * (q.kernel_h * ((q.kernel_w * q.in_c + 3) / 4)); },
        [&](const Conv2dParameters& q, int32_t number, const int8_t* of_phase, int8_t* y, void* of_kernel) __attribute__((always_inline)) {
            if (number != begun) excess = pixel_pairs_after_excess(excess, q.out_c), begun = number;
            conv_2d_pixel_pairs(q, in, of_phase, excess, bias + number * q.out_c, factors, y, of_kernel);
        });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
