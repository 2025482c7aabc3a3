// Batch normalisation at inference (Ioffe and Szegedy, 2015): y = (x - mean) * gamma / sqrt(variance + epsilon) + beta. Float only: folding
// puts it into the weights before a graph is quantised.
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Attributes {
    double epsilon = 1e-3;
    static constexpr auto fields() {
        return std::make_tuple(base::field("epsilon", &Attributes::epsilon, "added to the variance").range(1e-12, 1));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {NodeView(graph, node).input(0).shape}; }

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(5, 5);
    (void)view.attributes<Attributes>();
    if (view.require_activations(0, 1)) view.fail("has i8 input", "fold batch normalisation into the weights before quantising");
    if (view.input(0).shape.empty()) view.fail(view.input_index(0), "has no dimension", "the last dimension holds the channels");
    const int channels = view.input(0).shape.back();
    for (std::size_t i = 1; i < 5; ++i) {
        view.require_shape(i, {channels}, "one value a channel");
        view.require_constant(i);
        if (view.input(i).type != Type::f32) view.fail(view.input_index(i), "is not f32", "convert it");
    }
    for (const float v : view.input(4).as<float>())
        if (v < 0) view.fail(view.input_index(4), "holds the negative variance " + base::exact(v), "correct the values");
    view.require_outputs(infer(graph, node));
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const double epsilon = view.attributes<Attributes>().epsilon;
    const auto gamma = view.input(1).as<float>(), beta = view.input(2).as<float>(), mean = view.input(3).as<float>(),
               variance = view.input(4).as<float>();
    std::vector<float> scale, offset;
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double s = gamma[c] / std::sqrt(variance[c] + epsilon);
        scale.push_back(static_cast<float>(s));
        offset.push_back(static_cast<float>(beta[c] - mean[c] * s));
    }
    return [scale, offset, pixels = view.input(0).count() / scale.size(), in = view.input_index(0),
            out = view.output_index()](Values& values) {
        const float* x = values.in<float>(in);
        float* y = values.out<float>(out);
        for (std::size_t p = 0; p < pixels; ++p)
            for (std::size_t c = 0; c < scale.size(); ++c, ++x, ++y) *y = *x * scale[c] + offset[c];
    };
}

std::uint64_t macs(const Graph& graph, const Node& node) { return NodeView(graph, node).output().count(); }

}  // namespace

const Operator& batch_norm() {
    static const Operator op{"batch_norm",
                             "batch normalisation over the last dimension: x, gamma [C], beta [C], mean [C], variance [C]",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             macs};
    return op;
}

}  // namespace mote::graph::ops
