#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::ops {

namespace {

struct Attributes {
    static constexpr auto fields() { return std::make_tuple(); }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {NodeView(graph, node).input(0).shape}; }

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<Attributes>();
    if (view.input(0).shape.empty()) view.fail(view.input_index(0), "has no dimension", "softmax runs over the last one");
    if (view.require_activations(0, 1)) {
        const Quantisation& q = view.output().quantisation;
        if (q.scale[0] != 1.0f / 256 || q.zero_point[0] != -128)
            view.fail(view.output_index(), "has scale " + base::exact(q.scale[0]) + " and zero point " + std::to_string(q.zero_point[0]),
                      "the output of an i8 softmax has scale 1/256 and zero point -128");
    }
    view.require_outputs(infer(graph, node));
}

void softmax_row(const float* x, float* y, std::size_t n) {
    const float most = *std::max_element(x, x + n);
    float sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += y[i] = std::exp(x[i] - most);
    for (std::size_t i = 0; i < n; ++i) y[i] /= sum;
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type != Type::f32) view.fail("has no int8 form yet", "evaluate the float graph");
    const auto depth = static_cast<std::size_t>(view.input(0).shape.back());
    return [depth, rows = view.input(0).count() / depth, in = view.input_index(0), out = view.output_index()](Values& values) {
        for (std::size_t r = 0; r < rows; ++r) softmax_row(values.in<float>(in) + r * depth, values.out<float>(out) + r * depth, depth);
    };
}

std::uint64_t macs(const Graph&, const Node&) { return 0; }

}  // namespace

const Operator& softmax() {
    static const Operator op{"softmax", "probabilities over the last dimension", base::json_schema<Attributes>, verify, infer, prepare,
                             macs};
    return op;
}

}  // namespace mote::graph::ops
