// The kernels of depthwise_conv_2d beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/quantised.hpp"
#include "graph/variant.hpp"
#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

using Layer = QuantisedLayer<rt::nn::DepthwiseConv2dParameters>;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::depthwise_conv_2d
