// The operators that have more than one kernel: what a variant of each is chosen by, and the catalogue of graph/variants/OPERATOR/.
// NAME.cpp in such a folder defines `const Variant& NAME();` in the operator's namespace. An operator gets variants by an entry here, its
// name in graph/CMakeLists.txt, and a call of with_fastest_variant() in its lower().
#pragma once

#include "graph/quantised.hpp"
#include "graph/variant.hpp"
#include "mote/rt/nn/add/reference.hpp"
#include "mote/rt/nn/conv_2d/reference.hpp"
#include "mote/rt/nn/dense/reference.hpp"
#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"

namespace mote::graph::variants {

namespace add {
using Layer = rt::nn::AddParameters;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();
}  // namespace add

namespace conv_2d {
using Layer = QuantisedLayer<rt::nn::Conv2dParameters>;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();
}  // namespace conv_2d

namespace dense {
using Layer = QuantisedLayer<rt::nn::DenseParameters>;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();
}  // namespace dense

namespace depthwise_conv_2d {
using Layer = QuantisedLayer<rt::nn::DepthwiseConv2dParameters>;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();
}  // namespace depthwise_conv_2d

}  // namespace mote::graph::variants
