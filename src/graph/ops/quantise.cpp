#include "graph/conversion.hpp"
#include "mote/rt/nn/quantise/reference.hpp"

namespace mote::graph::ops {

namespace {

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    verify_conversion(view, view.input_index(0), view.output_index());
}

using Parameters = rt::nn::QuantiseParameters;

template <class T>
std::function<void(Values&)> prepare_as(const NodeView& view, const Tensor& quantised) {
    return [p = conversion_parameters<Parameters>(quantised), scale = scale_of(quantised), x = view.input_index(0),
            y = view.output_index()](Values& values) { rt::nn::quantise_reference(p, values.in<float>(x), &scale, values.out<T>(y)); };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const Tensor& quantised = view.output();
    return quantised.type == Type::i8 ? prepare_as<std::int8_t>(view, quantised) : prepare_as<std::int16_t>(view, quantised);
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    KernelPlan plan = lower_conversion<Parameters>(view, view.output(), "quantise", "QuantiseParameters");
    plan.may_overwrite = {0};
    return plan;
}

}  // namespace

const Operator& quantise() {
    static const Operator op{
        "quantise", "real values to i8 or i16", base::json_schema<NoAttributes>, verify, infer_same_shape, prepare, no_macs, lower};
    return op;
}

}  // namespace mote::graph::ops
