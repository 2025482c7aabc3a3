#include "graph/operator.hpp"
#include "graph/window.hpp"

#include <algorithm>

namespace mote::graph::ops {

namespace {

struct Attributes {
    std::string activation = "none";
    static constexpr auto fields() {
        return std::make_tuple(base::field("activation", &Attributes::activation, "applied to the sum").choices(activation_choices));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {NodeView(graph, node).input(0).shape}; }

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 2);
    (void)view.attributes<Attributes>();
    view.require_shape(1, view.input(0).shape, "both inputs have the same shape");
    view.require_activations(0, 2);
    view.require_outputs(infer(graph, node));
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type != Type::f32) view.fail("has no int8 form yet", "evaluate the float graph");
    return [clamp = clamp_of(view.attributes<Attributes>().activation), n = view.output().count(), left = view.input_index(0),
            right = view.input_index(1), out = view.output_index()](Values& values) {
        const float* a = values.in<float>(left);
        const float* b = values.in<float>(right);
        float* y = values.out<float>(out);
        for (std::size_t i = 0; i < n; ++i) y[i] = std::min(std::max(a[i] + b[i], clamp.low), clamp.high);
    };
}

std::uint64_t macs(const Graph&, const Node&) { return 0; }

}  // namespace

const Operator& add() {
    static const Operator op{"add", "sum of two tensors of the same shape", base::json_schema<Attributes>, verify, infer, prepare, macs};
    return op;
}

}  // namespace mote::graph::ops
