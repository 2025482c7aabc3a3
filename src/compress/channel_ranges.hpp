// Which stored values each channel of an int8 graph can take, whatever its input is.
#pragma once

#include "graph/graph.hpp"

#include <cstdint>
#include <vector>

namespace mote::compress {

/// Stored values, both ends included.
struct ChannelRange {
    std::int32_t low = -128;
    std::int32_t high = 127;
    bool is_constant() const { return low == high; }
};

/// Interval analysis (Moore, "Interval Analysis", 1966) from the input on: through zero points, biases, weights, requantisation and clamps.
/// By tensor, then by channel, which is the index along the last dimension; empty for a tensor that is not int8. Every value that the
/// reference evaluator can compute lies within its channel's range. `graph` is verified.
std::vector<std::vector<ChannelRange>> channel_ranges(const graph::Graph& graph);

/// Whether a convolution's window, "conv_2d" or "depthwise_conv_2d", reaches beyond its input, where it reads the zero point.
bool has_padding(const graph::Graph& graph, const graph::Node& node);

}  // namespace mote::compress
