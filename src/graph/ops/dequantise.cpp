#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/dequantise/reference.hpp"

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
    if (view.input(0).type != Type::i8)
        view.fail(view.input_index(0), "is " + std::string(name_of(view.input(0).type)), "dequantise takes i8");
    if (view.output().type != Type::f32)
        view.fail(view.output_index(), "is " + std::string(name_of(view.output().type)), "dequantise gives f32");
    if (view.input(0).quantisation.scale.size() != 1)
        view.fail(view.input_index(0), "has no single scale", "give it a scale and a zero point");
    view.require_outputs(infer(graph, node));
}

rt::nn::DequantiseParameters parameters(const NodeView& view) {
    return {static_cast<std::int32_t>(view.output().count()), zero_point_of(view.input(0))};
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return [p = parameters(view), scale = scale_of(view.input(0)), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::dequantise_reference(p, values.in<std::int8_t>(x), &scale, values.out<float>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    const auto p = parameters(view);
    KernelCall call;
    call.header = "mote/rt/nn/dequantise/reference.hpp";
    call.function = "mote::rt::nn::dequantise_reference";
    call.parameters = "mote::rt::nn::DequantiseParameters";
    call.values = {{"count", p.count}, {"zero_point", p.zero_point}};
    call.inputs = {view.input_index(0)};
    const float scale = scale_of(view.input(0));
    call.tables = {kernel_table("scale", Type::f32, std::span<const float>(&scale, 1))};
    return {false, {std::move(call)}, {}};
}

std::uint64_t macs(const Graph&, const Node&) { return 0; }

}  // namespace

const Operator& dequantise() {
    static const Operator op{"dequantise", "int8 to real values", base::json_schema<Attributes>, verify, infer, prepare, macs, lower};
    return op;
}

}  // namespace mote::graph::ops
