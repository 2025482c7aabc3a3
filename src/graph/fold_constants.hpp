// Constant folding: what follows from constants alone is computed once, by the reference kernels, and is a constant from then on.
#pragma once

#include "graph/graph.hpp"

namespace mote::graph {

/// Whether an operator's work is bounded by the sizes of its tensors, as that of layers with weights is not.
bool may_be_computed_ahead(std::string_view op);
/// Whether all that such a node reads are constants.
bool follows_from_constants(const Graph& graph, const Node& node);
/// The bytes that such a node writes; its output has its type, shape and scale. Throws base::Error as the operator's checks do.
base::Bytes computed_ahead(const Graph& graph, const Node& node);

/// The pass: every such node becomes a constant, and unused tensors go. Graph inputs and outputs, variables and what depends on them stay,
/// with the same bytes. The result is verified.
Graph fold_constants(Graph graph);

}  // namespace mote::graph
