#include "graph/elementwise.hpp"
#include "graph/variants/variants.hpp"
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

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 2);
    (void)view.attributes<Attributes>();
    view.require_shape(1, view.input(0).shape, "both inputs have the same shape");
    view.require_activations(0, 2);
    view.require_outputs(infer_same_shape(graph, node));
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

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    const auto p = parameters(view);
    KernelCall call = reference_call("add", "AddParameters", p,
                                     {"count", "left_zero_point", "left_multiplier", "left_shift", "right_zero_point", "right_multiplier",
                                      "right_shift", "out_zero_point", "out_multiplier", "out_shift", "low", "high"},
                                     {view.input_index(0), view.input_index(1)});
    return with_fastest_variant({false, {std::move(call)}, {0, 1}, {}}, variants::add::all(), isa, p);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i8)
        return [p = parameters(view), left = view.input_index(0), right = view.input_index(1), out = view.output_index()](Values& values) {
            rt::nn::add_reference(p, values.in<std::int8_t>(left), values.in<std::int8_t>(right), values.out<std::int8_t>(out));
        };
    return [clamp = clamp_of(view.attributes<Attributes>().activation), n = view.output().count(), left = view.input_index(0),
            right = view.input_index(1), out = view.output_index()](Values& values) {
        const float* a = values.in<float>(left);
        const float* b = values.in<float>(right);
        float* y = values.out<float>(out);
        for (std::size_t i = 0; i < n; ++i) y[i] = std::min(std::max(a[i] + b[i], clamp.low), clamp.high);
    };
}

}  // namespace

const Operator& add() {
    static const Operator op{
        "add", "sum of two tensors of the same shape", base::json_schema<Attributes>, verify, infer_same_shape, prepare, no_macs, lower};
    return op;
}

}  // namespace mote::graph::ops
