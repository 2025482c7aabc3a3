// Batch normalisation at inference (Ioffe and Szegedy, 2015): y = (x - mean) * gamma / sqrt(variance + epsilon) + beta. Float only: behind
// a layer it is folded into the weights before a graph is quantised; right behind the input it standardises float features on the device.
#include "graph/elementwise.hpp"
#include "mote/rt/nn/batch_norm/reference.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Attributes {
    double epsilon = 1e-3;
    static constexpr auto fields() {
        return std::make_tuple(base::field("epsilon", &Attributes::epsilon, "added to the variance").range(1e-12, 1));
    }
};

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(5, 5);
    (void)view.attributes<Attributes>();
    if (view.require_activations(0, 1)) view.fail("has i8 input", "fold batch normalisation into the layer before it when quantising");
    if (view.input(0).shape.empty()) view.fail(view.input_index(0), "has no dimension", "the last dimension holds the channels");
    const int channels = view.input(0).shape.back();
    for (std::size_t i = 1; i < 5; ++i) {
        view.require_shape(i, {channels}, "one value a channel");
        view.require_constant(i);
        if (view.input(i).type != Type::f32) view.fail(view.input_index(i), "is not f32", "convert it");
    }
    for (const float v : view.input(4).as<float>())
        if (v < 0) view.fail(view.input_index(4), "holds the negative variance " + base::exact(v), "correct the values");
    view.require_outputs(infer_same_shape(graph, node));
}

struct Affine {
    rt::nn::BatchNormParameters parameters{};
    std::vector<float> scale, offset;
};

Affine affine_of(const NodeView& view) {
    const double epsilon = view.attributes<Attributes>().epsilon;
    const auto gamma = view.input(1).as<float>(), beta = view.input(2).as<float>(), mean = view.input(3).as<float>(),
               variance = view.input(4).as<float>();
    Affine affine;
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double s = gamma[c] / std::sqrt(variance[c] + epsilon);
        affine.scale.push_back(static_cast<float>(s));
        affine.offset.push_back(static_cast<float>(beta[c] - mean[c] * s));
    }
    const std::size_t channels = gamma.size();
    affine.parameters = {static_cast<std::int32_t>(view.input(0).count() / channels), static_cast<std::int32_t>(channels)};
    return affine;
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return [a = affine_of(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::batch_norm_reference(a.parameters, values.in<float>(x), a.scale.data(), a.offset.data(), values.out<float>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    const Affine a = affine_of(view);
    KernelCall call = reference_call("batch_norm", "BatchNormParameters", a.parameters, {"pixels", "channels"}, {view.input_index(0)});
    call.tables = {kernel_table("scale", Type::f32, std::span<const float>(a.scale)),
                   kernel_table("offset", Type::f32, std::span<const float>(a.offset))};
    return {false, {std::move(call)}, {0}};
}

std::uint64_t macs(const Graph& graph, const Node& node) { return NodeView(graph, node).output().count(); }

}  // namespace

const Operator& batch_norm() {
    static const Operator op{"batch_norm",
                             "batch normalisation over the last dimension: x, gamma [C], beta [C], mean [C], variance [C]",
                             base::json_schema<Attributes>,
                             verify,
                             infer_same_shape,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
