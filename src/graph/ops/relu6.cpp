#include "graph/elementwise.hpp"

namespace mote::graph::ops {

namespace {

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) { return prepare_clamp(graph, node, "relu6"); }

KernelPlan lower(const Graph& graph, const Node& node, Isa) { return lower_clamp(graph, node, "relu6"); }

}  // namespace

const Operator& relu6() {
    static const Operator op = clamp_operator("relu6", "min(max(x, 0), 6)", prepare, lower);
    return op;
}

}  // namespace mote::graph::ops
