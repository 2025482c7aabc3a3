// The kernels of max_pool_2d beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/variant.hpp"
#include "mote/rt/nn/max_pool_2d/reference.hpp"

namespace mote::graph::variants::max_pool_2d {

using Layer = rt::nn::Pool2dParameters;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::max_pool_2d
