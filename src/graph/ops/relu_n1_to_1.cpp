#include "graph/elementwise.hpp"

namespace mote::graph::ops {

namespace {

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) { return prepare_clamp(graph, node, "relu_n1_to_1"); }

KernelPlan lower(const Graph& graph, const Node& node, Isa) { return lower_clamp(graph, node, "relu_n1_to_1"); }

}  // namespace

const Operator& relu_n1_to_1() {
    static const Operator op = clamp_operator("relu_n1_to_1", "min(max(x, -1), 1)", prepare, lower);
    return op;
}

}  // namespace mote::graph::ops
