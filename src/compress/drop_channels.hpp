// Channels of an int8 graph that cannot make a difference: they go, and every output stays the same, bit for bit.
#pragma once

#include "graph/graph.hpp"

#include <string>
#include <vector>

namespace mote::compress {

/// What a tensor has lost.
struct DroppedChannels {
    int tensor = -1;
    std::string layer;  ///< name of the node that writes it
    std::string op;     ///< "conv_2d"
    int dropped = 0, of = 0;
};

struct SlimGraph {
    graph::Graph graph;                      ///< tensors keep their index; new constants stand behind them
    std::vector<std::vector<int>> channels;  ///< by tensor of the given graph: which are left, by index; empty: all of them
    std::vector<DroppedChannels> dropped;    ///< in the order of the nodes
};

/// Drops channels (along the last dimension) that always hold the same value, as channel_ranges() proves, and those that are read by
/// nothing but zero weights. A constant goes into the bias of the convolutions and dense layers that read it, unless a window reaches
/// beyond its input, where the zero point is read and not the constant. Filters whose results are gone go too. Variables, floats,
/// the graph's own inputs and outputs, and all that operators other than layers, pools, additions and the like read keep what they have.
/// `graph` is verified, as the result is. Tensors that are left compute the same bytes in the channels that they keep.
SlimGraph drop_channels(const graph::Graph& graph);

}  // namespace mote::compress
