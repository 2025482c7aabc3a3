// The kernels of add beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/variant.hpp"
#include "mote/rt/nn/add/reference.hpp"

namespace mote::graph::variants::add {

using Layer = rt::nn::AddParameters;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::add
