// The kernels of batch_matmul beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/variant.hpp"
#include "mote/rt/nn/batch_matmul/reference.hpp"

namespace mote::graph::variants::batch_matmul {

using Layer = rt::nn::BatchMatmulParameters;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::batch_matmul
