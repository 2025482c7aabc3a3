// A transformer block, quantised: layer normalisation, attention of several heads, a residual, two layers with gelu between.
#pragma once

#include "graph/graph.hpp"

namespace mote::codegen::testing {

/// Features [1, steps * channels]; 4 classes. Random weights.
graph::Graph attention_network(int steps, int channels, int heads, std::uint64_t seed);

}  // namespace mote::codegen::testing
