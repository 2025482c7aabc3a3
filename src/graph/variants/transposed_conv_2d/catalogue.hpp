// The kernels of transposed_conv_2d beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/quantised.hpp"
#include "graph/variant.hpp"
#include "mote/rt/nn/transposed_conv_2d/reference.hpp"

namespace mote::graph::variants::transposed_conv_2d {

/// Weights as the graph holds them; the zero point is not part of the bias.
using Layer = QuantisedLayer<rt::nn::TransposedConv2dParameters>;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::transposed_conv_2d
