#include "graph/elementwise.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

struct Attributes {
    static constexpr auto fields() { return std::make_tuple(); }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {NodeView(graph, node).input(0).shape}; }

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<Attributes>();
    view.require_activations(0, 1);
    view.require_outputs(infer(graph, node));
}

std::uint64_t macs(const Graph&, const Node&) { return 0; }

}  // namespace

Operator clamp_operator(std::string_view name, std::string_view help, std::function<void(Values&)> (*prepare)(const Graph&, const Node&)) {
    return {name, help, base::json_schema<Attributes>, verify, infer, prepare, macs};
}

std::function<void(Values&)> prepare_clamp(const Graph& graph, const Node& node, std::string_view activation) {
    const NodeView view(graph, node);
    if (view.input(0).type != Type::f32) view.fail("has no int8 form yet", "evaluate the float graph");
    return [clamp = clamp_of(activation), n = view.output().count(), in = view.input_index(0), out = view.output_index()](Values& values) {
        const float* x = values.in<float>(in);
        float* y = values.out<float>(out);
        for (std::size_t i = 0; i < n; ++i) y[i] = std::min(std::max(x[i], clamp.low), clamp.high);
    };
}

}  // namespace mote::graph
