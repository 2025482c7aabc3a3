// What the exporter writes of a graph.
#pragma once

#include "graph/graph.hpp"

#include <vector>

namespace mote::graph::tflite {

/// The graph in operators that the format has: attributes that are tensors there become constants, batch normalisation (of float features)
/// becomes a depthwise 1 x 1 convolution, whose one product and one sum give the same bits. A dense layer with a scale a channel, which
/// only late versions of the format's programs know, becomes a 1 x 1 convolution. A pad with another value than 0 becomes "pad_with_value".
Graph lowered(const Graph& source);

/// Of a slice: without them, 1 along each dimension.
std::vector<int> strides_of(const Node& node);

}  // namespace mote::graph::tflite
