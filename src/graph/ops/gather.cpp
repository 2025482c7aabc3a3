#include "graph/by_type.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "mote/rt/nn/gather/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Attributes {
    int axis = 0;
    static constexpr auto fields() {
        return std::make_tuple(base::field("axis", &Attributes::axis, "dimension that the indices count along").range(-8, 7));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const auto& shape = view.input(0).shape;
    const auto& indices = view.input(1).shape;
    const auto axis = static_cast<std::ptrdiff_t>(view.axis_of(0, view.attributes<Attributes>().axis));
    std::vector<int> out(shape.begin(), shape.begin() + axis);
    out.insert(out.end(), indices.begin(), indices.end());
    out.insert(out.end(), shape.begin() + axis + 1, shape.end());
    return {out};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 2);
    const auto shapes = infer(graph, node);
    if (view.require_activation_type(0, 1) != Type::f32) view.require_same_quantisation(0);
    view.require_constant(1);
    if (view.input(1).type != Type::i32)
        view.fail(view.input_index(1), "is " + std::string(name_of(view.input(1).type)), "indices are i32");
    const int size = view.input(0).shape[view.axis_of(0, view.attributes<Attributes>().axis)];
    for (const std::int32_t i : view.input(1).as<std::int32_t>())
        if (i < 0 || i >= size)
            view.fail(view.input_index(1), "holds index " + std::to_string(i), "indices are 0 to " + std::to_string(size - 1));
    view.require_outputs(shapes);
}

rt::nn::GatherParameters parameters(const NodeView& view) {
    const auto& shape = view.input(0).shape;
    const std::size_t axis = view.axis_of(0, view.attributes<Attributes>().axis);
    rt::nn::GatherParameters p{1, shape[axis], 1, static_cast<std::int32_t>(view.input(1).count())};
    for (std::size_t d = 0; d < shape.size(); ++d)
        if (d != axis) (d < axis ? p.outer : p.inner) *= shape[d];
    return p;
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return by_type(view.input(0).type, [&](auto value) -> std::function<void(Values&)> {
        using T = decltype(value);
        return [p = parameters(view), x = view.input_index(0), indices = view.input_index(1), y = view.output_index()](Values& values) {
            rt::nn::gather_reference(p, values.in<T>(x), values.in<std::int32_t>(indices), values.out<T>(y));
        };
    });
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    KernelCall call =
        reference_call("gather", "GatherParameters", parameters(view), {"outer", "axis", "inner", "count"}, {view.input_index(0)});
    call.tables = {{"indices", Type::i32, view.input(1).data}};
    return {false, {std::move(call)}, {}, {}};
}

}  // namespace

const Operator& gather() {
    static const Operator op{
        "gather",    "slices of a tensor by index: x, indices", base::json_schema<Attributes>, verify, infer, prepare, no_macs, lower,
        shared_scale};
    return op;
}

}  // namespace mote::graph::ops
