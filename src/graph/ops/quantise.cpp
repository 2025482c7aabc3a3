#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/quantise/reference.hpp"

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
    if (view.input(0).type != Type::f32)
        view.fail(view.input_index(0), "is " + std::string(name_of(view.input(0).type)), "quantise takes f32");
    if (view.output().type != Type::i8)
        view.fail(view.output_index(), "is " + std::string(name_of(view.output().type)), "quantise gives i8");
    if (view.output().quantisation.scale.size() != 1)
        view.fail(view.output_index(), "has no single scale", "give it a scale and a zero point");
    view.require_outputs(infer(graph, node));
}

rt::nn::QuantiseParameters parameters(const NodeView& view) {
    return {static_cast<std::int32_t>(view.output().count()), zero_point_of(view.output())};
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return [p = parameters(view), scale = scale_of(view.output()), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::quantise_reference(p, values.in<float>(x), &scale, values.out<std::int8_t>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    const auto p = parameters(view);
    KernelCall call;
    call.header = "mote/rt/nn/quantise/reference.hpp";
    call.function = "mote::rt::nn::quantise_reference";
    call.parameters = "mote::rt::nn::QuantiseParameters";
    call.values = {{"count", p.count}, {"zero_point", p.zero_point}};
    call.inputs = {view.input_index(0)};
    const float scale = scale_of(view.output());
    call.tables = {kernel_table("scale", Type::f32, std::span<const float>(&scale, 1))};
    return {false, {std::move(call)}, {0}};
}

std::uint64_t macs(const Graph&, const Node&) { return 0; }

}  // namespace

const Operator& quantise() {
    static const Operator op{"quantise", "real values to int8", base::json_schema<Attributes>, verify, infer, prepare, macs, lower};
    return op;
}

}  // namespace mote::graph::ops
