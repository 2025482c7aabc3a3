// Fully connected layer. weights [out_c][in_c].
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct DenseParameters {
    int32_t in_c, out_c;
    int32_t out_zero_point;
    int32_t low, high;
    int32_t per_channel;
    int32_t split_bits;  ///< of kernels that rescale as split_rescale.hpp does; the reference has no use for it
    int32_t block;       ///< inputs that a kernel sums up in half a word; the reference has no use for it
};

MOTE_RT_INLINE void dense_reference(const DenseParameters& p, const int8_t* in, const int8_t* weights, const int32_t* bias,
                                    const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    for (int32_t oc = 0; oc < p.out_c; ++oc, weights += p.in_c) {
        uint32_t sum = static_cast<uint32_t>(bias[oc]);
        for (int32_t k = 0; k < p.in_c; ++k) sum += product(in[k], weights[k]);
        const int32_t q = p.per_channel ? oc : 0;
        const int32_t value = wrapping_add(multiply(static_cast<int32_t>(sum), multiplier[q], shift[q]), p.out_zero_point);
        out[oc] = static_cast<int8_t>(clamp(value, p.low, p.high));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
