#include "graph/conversion.hpp"
#include "mote/rt/nn/quantise/reference.hpp"

namespace mote::graph::ops {

namespace {

void verify(const Graph& graph, const Node& node) { verify_conversion(graph, node, Type::f32, Type::i8); }

using Parameters = rt::nn::QuantiseParameters;

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return [p = conversion_parameters<Parameters>(view.output()), scale = scale_of(view.output()), x = view.input_index(0),
            y = view.output_index()](Values& values) {
        rt::nn::quantise_reference(p, values.in<float>(x), &scale, values.out<std::int8_t>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    KernelPlan plan = lower_conversion<Parameters>(view, view.output(), "quantise", "QuantiseParameters");
    plan.may_overwrite = {0};
    return plan;
}

}  // namespace

const Operator& quantise() {
    static const Operator op{"quantise", "real values to int8", base::json_schema<NoAttributes>, verify, infer_same_shape, prepare, no_macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
