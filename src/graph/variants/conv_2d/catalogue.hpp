// The kernels of conv_2d beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/quantised.hpp"
#include "graph/variant.hpp"
#include "mote/rt/nn/conv_2d/reference.hpp"

namespace mote::graph::variants::conv_2d {

using Layer = QuantisedLayer<rt::nn::Conv2dParameters>;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::conv_2d
