#include "graph/copy.hpp"

#include "graph/node_view.hpp"
#include "mote/rt/nn/copy/reference.hpp"

#include <cstring>

namespace mote::graph {

void verify_copy(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    if (view.require_activation_type(0, 1) != Type::f32) view.require_same_quantisation(0);
    view.require_outputs(infer_same_shape(graph, node));
}

std::function<void(Values&)> prepare_copy(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return [x = view.input_index(0), y = view.output_index(), bytes = view.output().size_bytes()](Values& values) {
        std::memcpy(values.out<std::byte>(y), values.in<std::byte>(x), bytes);
    };
}

KernelPlan lower_copy(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    const rt::nn::CopyParameters p{static_cast<std::int32_t>(view.output().count())};
    return {false, {reference_call("copy", "CopyParameters", p, {"count"}, {view.input_index(0)})}, {}, {}};
}

}  // namespace mote::graph
