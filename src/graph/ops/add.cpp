#include "graph/binary.hpp"
#include "graph/variants/variants.hpp"
#include "mote/rt/nn/broadcast_add/reference.hpp"

#include <algorithm>

namespace mote::graph::ops {

namespace {

using Attributes = ActivationAttributes;

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {broadcast_shape(NodeView(graph, node))}; }

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 2);
    (void)view.attributes<Attributes>();
    const auto shapes = infer(graph, node);
    (void)broadcast_walk(view);
    view.require_activations(0, 2);
    view.require_outputs(shapes);
}

rt::nn::AddParameters parameters(const NodeView& view) {
    const double left = scale_of(view.input(0)), right = scale_of(view.input(1)), out = scale_of(view.output());
    const double twice = 2 * std::max(left, right);
    const Multiplier a = multiplier_of(left / twice), b = multiplier_of(right / twice), c = multiplier_of(twice / ((1 << 20) * out));
    const StoredRange range = stored_range(view.attributes<Attributes>().activation, view.output().quantisation);
    return {static_cast<std::int32_t>(view.output().count()),
            zero_point_of(view.input(0)),
            a.value,
            a.shift,
            zero_point_of(view.input(1)),
            b.value,
            b.shift,
            zero_point_of(view.output()),
            c.value,
            c.shift,
            range.low,
            range.high};
}

bool repeats(const NodeView& view) { return view.input(0).shape != view.input(1).shape; }

// The same factors for the kernel that repeats the smaller input.
rt::nn::BinaryParameters repeating(const NodeView& view) {
    const rt::nn::AddParameters a = parameters(view);
    rt::nn::BinaryParameters p = binary_parameters(view, view.attributes<Attributes>().activation);
    p.unit_bits = 20;
    p.left_multiplier = a.left_multiplier, p.left_shift = a.left_shift;
    p.right_multiplier = a.right_multiplier, p.right_shift = a.right_shift;
    p.out_multiplier = a.out_multiplier, p.out_shift = a.out_shift;
    return p;
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    if (repeats(view)) return {false, {binary_call(view, "broadcast_add", repeating(view))}, binary_overwrites(view), {}};
    const auto p = parameters(view);
    KernelCall call = reference_call("add", "AddParameters", p,
                                     {"count", "left_zero_point", "left_multiplier", "left_shift", "right_zero_point", "right_multiplier",
                                      "right_shift", "out_zero_point", "out_multiplier", "out_shift", "low", "high"},
                                     {view.input_index(0), view.input_index(1)});
    return with_fastest_variant({false, {std::move(call)}, {0, 1}, {}}, variants::add::all(), isa, p);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const int left = view.input_index(0), right = view.input_index(1), out = view.output_index();
    using i8 = std::int8_t;
    if (view.input(0).type == Type::i8 && repeats(view))
        return [p = repeating(view), left, right, out](Values& values) {
            rt::nn::broadcast_add_reference(p, values.in<i8>(left), values.in<i8>(right), values.out<i8>(out));
        };
    if (view.input(0).type == Type::i8)
        return [p = parameters(view), left, right, out](Values& values) {
            rt::nn::add_reference(p, values.in<i8>(left), values.in<i8>(right), values.out<i8>(out));
        };
    return [p = binary_sizes(view), clamp = clamp_of(view.attributes<Attributes>().activation), left, right, out](Values& values) {
        const float* a = values.in<float>(left);
        const float* b = values.in<float>(right);
        float* y = values.out<float>(out);
        rt::nn::walk_pairs(p, [&](std::int32_t l, std::int32_t r) { *y++ = std::min(std::max(a[l] + b[r], clamp.low), clamp.high); });
    };
}

}  // namespace

const Operator& add() {
    static const Operator op{
        "add", "sum of two tensors, the smaller repeated", base::json_schema<Attributes>, verify, infer, prepare, no_macs, lower};
    return op;
}

}  // namespace mote::graph::ops
