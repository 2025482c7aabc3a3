// Variables, which keep their values between inferences: which nodes that read or assign one need no call of their own.
#pragma once

#include "graph/graph.hpp"
#include "graph/kernel_call.hpp"

#include <span>
#include <vector>

namespace mote::codegen {

/// Makes `plans`, one a node, hold where variables are concerned. What copies or reshapes a variable is a view of it where nobody reads
/// that after the variable is written; a view that somebody does read afterwards becomes a copy. An `assign` is a view (no call) where the
/// value can be computed in the variable's own memory: nobody reads the variable between the value's node and the assignment.
void plan_state(const graph::Graph& graph, std::span<graph::KernelPlan> plans);

/// By tensor: the variable in whose memory it is computed, because the `assign` behind it is a view; -1 for others.
std::vector<int> computed_in_variable(const graph::Graph& graph, std::span<const graph::KernelPlan> plans);

}  // namespace mote::codegen
