#include "graph/by_type.hpp"
#include "graph/limits.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/pad/reference.hpp"

#include <array>

namespace mote::graph::ops {

namespace {

struct Attributes {
    std::vector<int> pads;
    static constexpr auto fields() {
        return std::make_tuple(
            base::field("pads", &Attributes::pads, "zeros before and behind along each dimension: [before 0, behind 0, before 1, ...]")
                .range(0, 1 << 20)
                .required());
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

// Four dimensions, the missing ones in front with size 1.
rt::nn::PadParameters parameters(const NodeView& view) {
    const auto pads = view.attributes<Attributes>().pads;
    const auto& shape = view.input(0).shape;
    std::array<std::int32_t, 4> size{1, 1, 1, 1}, before{}, after{};
    for (std::size_t i = 0, to = 4 - shape.size(); i < shape.size(); ++i, ++to)
        size[to] = shape[i], before[to] = pads[2 * i], after[to] = pads[2 * i + 1];
    const std::int32_t value = view.output().type == Type::i8 ? zero_point_of(view.output()) : 0;
    return {size[0], size[1], size[2], size[3], before[0], before[1], before[2], before[3], after[0], after[1], after[2], after[3], value};
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const int x = view.input_index(0), y = view.output_index();
    return by_type(view.input(0).type, [&](auto value) -> std::function<void(Values&)> {
        using T = decltype(value);
        return [p = parameters(view), x, y](Values& values) { rt::nn::pad_reference(p, values.in<T>(x), values.out<T>(y)); };
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
    static const Operator op{"pad",       "zeros around a tensor", base::json_schema<Attributes>, verify, infer, prepare, no_macs, lower,
                             shared_scale};
    return op;
}

}  // namespace mote::graph::ops
