// Networks made in floats with random weights, and quantised with random features.
#pragma once

#include "graph/graph.hpp"

namespace mote::codegen::testing {

/// A transformer block: layer normalisation, attention of several heads, a residual, two layers with gelu between. Features
/// [1, steps * channels]; 4 classes.
graph::Graph attention_network(int steps, int channels, int heads, std::uint64_t seed);

/// Two transposed convolutions, of 2 and 3 places from one window to the next, that turn features into an image; 4 classes.
graph::Graph decoder_network(int channels, std::uint64_t seed);

/// Two inputs, "left" an image [1, 6, 4, 2] and "right" [1, 5], and two outputs, "label" [1, 3] and "gain" [1, 4], which label is computed
/// from: in floats, and as int8.
graph::Graph two_ends_in_floats(std::uint64_t seed);
graph::Graph two_ends_network(std::uint64_t seed);

/// int16 activations and int8 weights: convolutions, pools, element-wise operators, a mean, dense layers and a softmax over [1, 8, 9, 3].
graph::Graph wide_network(std::uint64_t seed);

}  // namespace mote::codegen::testing
