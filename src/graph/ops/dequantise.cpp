#include "graph/conversion.hpp"
#include "mote/rt/nn/dequantise/reference.hpp"

namespace mote::graph::ops {

namespace {

void verify(const Graph& graph, const Node& node) { verify_conversion(graph, node, Type::i8, Type::f32); }

using Parameters = rt::nn::DequantiseParameters;

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return [p = conversion_parameters<Parameters>(view.input(0)), scale = scale_of(view.input(0)), x = view.input_index(0),
            y = view.output_index()](Values& values) {
        rt::nn::dequantise_reference(p, values.in<std::int8_t>(x), &scale, values.out<float>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    return lower_conversion<Parameters>(view, view.input(0), "dequantise", "DequantiseParameters");
}

}  // namespace

const Operator& dequantise() {
    static const Operator op{
        "dequantise", "int8 to real values", base::json_schema<NoAttributes>, verify, infer_same_shape, prepare, no_macs, lower};
    return op;
}

}  // namespace mote::graph::ops
