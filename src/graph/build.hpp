// Making graphs piece by piece: learners, importers and tests.
#pragma once

#include "graph/graph.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::graph {

/// Adds a computed f32 tensor and lists it as a graph input; returns its index.
int add_input(Graph& graph, std::string name, std::vector<int> shape);
/// Adds a constant f32 tensor; throws base::Error "bad_input" unless there is one value for each place of the shape.
int add_constant(Graph& graph, std::string name, std::vector<int> shape, std::span<const float> values);
/// Adds a node and its output tensor, whose shape follows from the operator and whose type is that of the first input; returns the output's
/// index. Throws base::Error "bad_input" when the operator does not exist or its inputs do not fit.
int append(Graph& graph, std::string_view op, std::string name, std::vector<int> inputs, base::Json attributes = base::Json::object());

/// Drops tensors that no node reads or writes and that are neither input nor output of the graph; indices of the others change.
void remove_unused_tensors(Graph& graph);

}  // namespace mote::graph
