// Post-training quantisation of layers with a state: lstm, gru, svdf.
#pragma once

#include "compress/calibrate.hpp"
#include "graph/graph.hpp"

namespace mote::compress {

bool is_recurrent(const graph::Node& node);

/// Gives a recurrent node int8 weights with one scale a gate, i32 biases and a stored state. Its input 0 and its output have their scales
/// already. `statistics` are those of the float graph's tensors.
///
/// The cell state of an lstm is int16 in steps of 2^-11, or finer where it is a variable whose values were seen; the hidden state of a gru
/// is int16 in steps of 2^-15; the memory of an svdf is int16 over the values that were seen.
void quantise_recurrent(graph::Graph& graph, graph::Node& node, const std::vector<TensorStatistics>& statistics);

}  // namespace mote::compress
