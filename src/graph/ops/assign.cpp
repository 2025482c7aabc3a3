#include "graph/copy.hpp"
#include "graph/node_view.hpp"

namespace mote::graph::ops {

namespace {

void verify(const Graph& graph, const Node& node) {
    verify_copy(graph, node);
    const NodeView view(graph, node);
    if (view.input_index(0) == view.output_index()) view.fail("assigns a variable to itself", "drop the node");
    if (!view.output().is_variable)
        view.fail(view.output_index(), "is no variable", "assign to a tensor that keeps its value between inferences");
}

}  // namespace

const Operator& assign() {
    static const Operator op{"assign",
                             "a variable's value for the next inference",
                             base::json_schema<NoAttributes>,
                             verify,
                             infer_same_shape,
                             prepare_copy,
                             no_macs,
                             lower_copy,
                             shared_scale};
    return op;
}

}  // namespace mote::graph::ops
