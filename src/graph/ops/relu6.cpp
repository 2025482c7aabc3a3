#include "graph/elementwise.hpp"

namespace mote::graph::ops {

const Operator& relu6() {
    static const Operator op = clamp_operator("relu6", "min(max(x, 0), 6)",
                                              [](const Graph& graph, const Node& node) { return prepare_clamp(graph, node, "relu6"); });
    return op;
}

}  // namespace mote::graph::ops
