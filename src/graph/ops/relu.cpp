#include "graph/elementwise.hpp"

namespace mote::graph::ops {

namespace {

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) { return prepare_clamp(graph, node, "relu"); }

KernelPlan lower(const Graph& graph, const Node& node, Isa) { return lower_clamp(graph, node, "relu"); }

}  // namespace

const Operator& relu() {
    static const Operator op = clamp_operator("relu", "max(x, 0)", prepare, lower);
    return op;
}

}  // namespace mote::graph::ops
