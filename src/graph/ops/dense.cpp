#include "graph/dense.hpp"
#include "graph/float_kernels.hpp"
#include "graph/i16_layer.hpp"
#include "graph/layer.hpp"
#include "graph/window.hpp"

namespace mote::graph::ops {

namespace {

struct Attributes {
    std::string activation = "none";
    static constexpr auto fields() {
        return std::make_tuple(base::field("activation", &Attributes::activation, "applied to the output").choices(activation_choices));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_rank(0, 2);
    view.require_rank(1, 2);
    return {{view.input(0).shape[0], view.input(1).shape[0]}};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 3);
    (void)view.attributes<Attributes>();
    const auto shapes = infer(graph, node);
    const auto& weights = view.input(1).shape;
    view.require_shape(0, {1, weights[1]}, "one row of as many values as the weights have columns");
    view.require_weights(1, 2, 0, weights[0]);
    if (view.input(0).type == Type::i16) check_i16_layer(view);
    view.require_outputs(shapes);
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const auto& shape = view.input(1).shape;
    const auto outputs = static_cast<std::size_t>(shape[0]);
    PackedMatrix matrix(view.input(1).as<float>().data(), outputs, static_cast<std::size_t>(shape[1]));
    return [matrix = std::move(matrix), bias = bias_or_zeros(view, 2, outputs), clamp = clamp_of(view.attributes<Attributes>().activation),
            x = view.input_index(0), y = view.output_index()](Values& values) {
        matrix.multiply(values.in<float>(x), 1, matrix.depth(), bias.data(), clamp, values.out<float>(y), matrix.outputs());
    };
}

variants::dense::Layer quantised(const NodeView& view) {
    const auto& shape = view.input(1).shape;
    variants::dense::Layer layer{{shape[1], shape[0], 0, 0, 0, 0}, layer_tables(view, 0, view.attributes<Attributes>().activation)};
    set_arithmetic(layer.parameters, layer.tables);
    return layer;
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i16)
        return lower_i16_convolution(view, place_of_channels(view.input(1).shape[1]), 1, view.attributes<Attributes>().activation);
    return lower_dense(view, quantised(view), isa);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    if (view.input(0).type == Type::i16)
        return prepare_i16_convolution(view, place_of_channels(view.input(1).shape[1]), 1, view.attributes<Attributes>().activation);
    return prepare_layer(view, quantised(view), rt::nn::dense_reference);
}

std::uint64_t macs(const Graph& graph, const Node& node) { return NodeView(graph, node).input(1).count(); }

}  // namespace

const Operator& dense() {
    static const Operator op{
        "dense", "fully connected layer: x [1, I], weights [O, I], bias [O]", base::json_schema<Attributes>, verify, infer, prepare, macs,
        lower};
    return op;
}

}  // namespace mote::graph::ops
