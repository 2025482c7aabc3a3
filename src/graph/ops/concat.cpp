#include "graph/by_type.hpp"
#include "graph/limits.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/concat/reference.hpp"

namespace mote::graph::ops {

namespace {

constexpr std::size_t most_inputs = 64;

struct Attributes {
    int axis = -1;
    static constexpr auto fields() {
        return std::make_tuple(base::field("axis", &Attributes::axis, "dimension along which the inputs follow each other").range(-8, 7));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const std::size_t axis = view.axis_of(0, view.attributes<Attributes>().axis);
    std::vector<int> shape = view.input(0).shape;
    std::int64_t total = 0;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        view.require_rank(i, shape.size());
        std::vector<int> other = shape;
        other[axis] = view.input(i).shape[axis];
        view.require_shape(i, other, "as the first input, but for the axis");
        total += other[axis];
    }
    if (total > limits::dimension) view.fail("gives " + std::to_string(total) + " along the axis", "make the inputs smaller");
    shape[axis] = static_cast<int>(total);
    return {shape};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, most_inputs);
    const auto shapes = infer(graph, node);
    if (view.require_activation_type(0, node.inputs.size()) != Type::f32)
        for (std::size_t i = 0; i < node.inputs.size(); ++i) view.require_same_quantisation(i);
    view.require_outputs(shapes);
}

std::vector<rt::nn::ConcatParameters> parameters(const NodeView& view) {
    const std::size_t axis = view.axis_of(0, view.attributes<Attributes>().axis);
    const auto& shape = view.output().shape;
    std::int32_t outer = 1, rest = 1;
    for (std::size_t i = 0; i < axis; ++i) outer *= shape[i];
    for (std::size_t i = axis + 1; i < shape.size(); ++i) rest *= shape[i];
    std::vector<rt::nn::ConcatParameters> all;
    std::int32_t offset = 0;
    for (std::size_t i = 0; i < view.node().inputs.size(); ++i) {
        const std::int32_t inner = view.input(i).shape[axis] * rest;
        all.push_back({outer, inner, shape[axis] * rest, offset});
        offset += inner;
    }
    return all;
}

template <class T>
std::function<void(Values&)> prepare_as(const NodeView& view) {
    return [all = parameters(view), inputs = view.node().inputs, y = view.output_index()](Values& values) {
        for (std::size_t i = 0; i < all.size(); ++i) rt::nn::concat_reference(all[i], values.in<T>(inputs[i]), values.out<T>(y));
    };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return by_type(view.input(0).type, [&](auto value) { return prepare_as<decltype(value)>(view); });
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    const auto all = parameters(view);
    KernelPlan plan;
    for (std::size_t i = 0; i < all.size(); ++i)
        plan.calls.push_back(
            reference_call("concat", "ConcatParameters", all[i], {"outer", "inner", "stride", "offset"}, {view.input_index(i)}));
    return plan;
}

}  // namespace

const Operator& concat() {
    static const Operator op{"concat",
                             "tensors one behind the other along a dimension",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             no_macs,
                             lower,
                             shared_scale};
    return op;
}

}  // namespace mote::graph::ops
