#include "graph/conversion.hpp"
#include "mote/rt/nn/dequantise/reference.hpp"

namespace mote::graph::ops {

namespace {

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    verify_conversion(view, view.output_index(), view.input_index(0));
}

using Parameters = rt::nn::DequantiseParameters;

template <class T>
std::function<void(Values&)> prepare_as(const NodeView& view, const Tensor& quantised) {
    return [p = conversion_parameters<Parameters>(quantised), scale = scale_of(quantised), x = view.input_index(0),
            y = view.output_index()](Values& values) { rt::nn::dequantise_reference(p, values.in<T>(x), &scale, values.out<float>(y)); };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const Tensor& quantised = view.input(0);
    return quantised.type == Type::i8 ? prepare_as<std::int8_t>(view, quantised) : prepare_as<std::int16_t>(view, quantised);
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    return lower_conversion<Parameters>(view, view.input(0), "dequantise", "DequantiseParameters");
}

}  // namespace

const Operator& dequantise() {
    static const Operator op{
        "dequantise", "i8 or i16 to real values", base::json_schema<NoAttributes>, verify, infer_same_shape, prepare, no_macs, lower};
    return op;
}

}  // namespace mote::graph::ops
