// depthwise_conv_2d/row_pairs.hpp for cores with 64-bit products: factors as in nn/wide_rescale.hpp take the place of bias and factors.
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/row_pairs.hpp"
#include "mote/rt/nn/wide_rescale.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void depthwise_conv_2d_row_pairs_wide(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                     const int32_t* factors, int8_t* out, void* scratch) {
    depthwise_row_pairs_with<WideRescale>(p, in, weights, {factors}, out, scratch);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
