#include "graph/elementwise.hpp"

namespace mote::graph::ops {

const Operator& relu() {
    static const Operator op =
        clamp_operator("relu", "max(x, 0)", [](const Graph& graph, const Node& node) { return prepare_clamp(graph, node, "relu"); });
    return op;
}

}  // namespace mote::graph::ops
