// What copy and assign share: the same values in other memory.
#pragma once

#include "graph/elementwise.hpp"

namespace mote::graph {

void verify_copy(const Graph& graph, const Node& node);
std::function<void(Values&)> prepare_copy(const Graph& graph, const Node& node);
KernelPlan lower_copy(const Graph& graph, const Node& node, Isa isa);

}  // namespace mote::graph
