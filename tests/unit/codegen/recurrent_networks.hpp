// Small networks with layers that keep a state, quantised.
#pragma once

#include "graph/graph.hpp"

#include <string>
#include <vector>

namespace mote::codegen::testing {

/// What the networks below are called: "lstm", "lstm_stream", "lstm_coupled", "gru", "gru_before", "gru_stream", "svdf". A stream's state
/// goes from window to window, and so does that of an svdf.
std::vector<std::string> recurrent_names();
/// The layer over [1, steps, inputs] (svdf: [1, inputs]) and a dense layer over its last step.
graph::Graph recurrent_network(const std::string& name, int steps, int inputs, int units, int classes, std::uint64_t seed);

}  // namespace mote::codegen::testing
