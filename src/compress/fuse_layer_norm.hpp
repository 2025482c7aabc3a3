// Layer normalisations that were written as their parts, put together again.
#pragma once

#include "graph/graph.hpp"

namespace mote::compress {

/// Where a float graph computes (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) over the last dimension in operators of their own,
/// as PyTorch and Keras export it, one layer_norm takes their place: it keeps the accuracy that 8 bits for each of the parts would lose.
/// Constant factors and offsets behind it join it. What else is read stays.
graph::Graph fuse_layer_norm(graph::Graph graph);

}  // namespace mote::compress
