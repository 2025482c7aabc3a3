// conv_2d/vector.hpp for the phases of a transposed convolution (transposed_conv_2d/phases.hpp): the layers of all one behind the other.
#pragma once

#include "mote/rt/nn/conv_2d/vector.hpp"
#include "mote/rt/nn/transposed_conv_2d/phases.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void transposed_conv_2d_vector(const TransposedConv2dParameters& p, const int8_t* in, const int8_t* layer, int8_t* out,
                                              void* scratch) {
    transposed_conv_2d_by_phases(
        p, layer, out, scratch, [](const Conv2dParameters& q) { return (q.out_c + 3) / 4 * vector_group_bytes(conv_2d_chunks(q)); },
        [&](const Conv2dParameters& q, int32_t, const int8_t* of_phase, int8_t* y, void* of_kernel)
            __attribute__((always_inline)) { conv_2d_vector(q, in, of_phase, y, of_kernel); });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
