#include "graph/by_type.hpp"
#include "graph/limits.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/pad/reference.hpp"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>

namespace mote::graph::ops {

namespace {

struct Attributes {
    std::vector<int> pads;
    double value = 0;
    static constexpr auto fields() {
        return std::make_tuple(
            base::field("pads", &Attributes::pads, "values before and behind along each dimension: [before 0, behind 0, before 1, ...]")
                .range(0, 1 << 20)
                .required(),
            base::field("value", &Attributes::value, "what stands there; i8 and i16 hold the nearest that they can")
                .range(-double{FLT_MAX}, double{FLT_MAX}));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const auto pads = view.attributes<Attributes>().pads;
    std::vector<int> shape = view.input(0).shape;
    if (shape.empty() || shape.size() > 4) view.fail(view.input_index(0), "has shape " + text_of(shape), "1 to 4 dimensions can be padded");
    if (pads.size() != 2 * shape.size())
        view.fail("has " + std::to_string(pads.size()) + " pads for shape " + text_of(shape), "give two numbers a dimension");
    for (std::size_t i = 0; i < shape.size(); ++i) shape[i] += pads[2 * i] + pads[2 * i + 1];  // at most 2^28 + 2^21
    return {shape};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    if (view.require_activation_type(0, 1) != Type::f32) view.require_same_quantisation(0);
    view.require_outputs(infer(graph, node));
}

std::int32_t stored_value(const Tensor& t, double value) {
    if (t.type == Type::f32) return 0;
    const double low = t.type == Type::i8 ? -128 : -32768, stored = std::round(value / double{scale_of(t)}) + zero_point_of(t);
    return static_cast<std::int32_t>(std::clamp(stored, low, -1 - low));
}

// Four dimensions, the missing ones in front with size 1.
rt::nn::PadParameters parameters(const NodeView& view) {
    const auto attributes = view.attributes<Attributes>();
    const auto& pads = attributes.pads;
    const auto& shape = view.input(0).shape;
    std::array<std::int32_t, 4> size{1, 1, 1, 1}, before{}, after{};
    for (std::size_t i = 0, to = 4 - shape.size(); i < shape.size(); ++i, ++to)
        size[to] = shape[i], before[to] = pads[2 * i], after[to] = pads[2 * i + 1];
    const std::int32_t value = stored_value(view.output(), attributes.value);
    return {size[0], size[1], size[2], size[3], before[0], before[1], before[2], before[3], after[0], after[1], after[2], after[3], value};
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const int x = view.input_index(0), y = view.output_index();
    return by_type(view.input(0).type, [&](auto value) -> std::function<void(Values&)> {
        using T = decltype(value);
        const auto p = parameters(view);
        T fill = static_cast<T>(p.value);
        if constexpr (std::is_same_v<T, float>) fill = static_cast<float>(view.attributes<Attributes>().value);
        return [p, fill, x, y](Values& values) { rt::nn::pad_with(p, fill, values.in<T>(x), values.out<T>(y)); };
    });
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    return {false,
            {reference_call("pad", "PadParameters", parameters(view),
                            {"in_0", "in_1", "in_2", "in_3", "before_0", "before_1", "before_2", "before_3", "after_0", "after_1",
                             "after_2", "after_3", "value"},
                            {view.input_index(0)})},
            {}};
}

}  // namespace

const Operator& pad() {
    static const Operator op{
        "pad",       "zeros, or another value, around a tensor", base::json_schema<Attributes>, verify, infer, prepare, no_macs, lower,
        shared_scale};
    return op;
}

}  // namespace mote::graph::ops
