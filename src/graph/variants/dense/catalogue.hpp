// The kernels of dense beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/quantised.hpp"
#include "graph/variant.hpp"
#include "mote/rt/nn/dense/reference.hpp"

namespace mote::graph::variants::dense {

using Layer = QuantisedLayer<rt::nn::DenseParameters>;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::dense
