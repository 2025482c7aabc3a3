#include "graph/elementwise.hpp"

#include "graph/quantised.hpp"
#include "mote/rt/nn/rescale/reference.hpp"

#include <algorithm>

namespace mote::graph {

std::vector<std::vector<int>> infer_same_shape(const Graph& graph, const Node& node) { return {NodeView(graph, node).input(0).shape}; }

namespace {

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    (void)view.require_activation_type(0, 1);
    view.require_outputs(infer_same_shape(graph, node));
}

rt::nn::RescaleParameters parameters(const NodeView& view, std::string_view activation) {
    const Multiplier m = multiplier_of(double{scale_of(view.input(0))} / double{scale_of(view.output())});
    const StoredRange range = stored_range(activation, view.output());
    return {static_cast<std::int32_t>(view.output().count()),
            zero_point_of(view.input(0)),
            zero_point_of(view.output()),
            m.value,
            m.shift,
            range.low,
            range.high};
}

template <class T>
std::function<void(Values&)> prepare_as(const NodeView& view, std::string_view activation) {
    return [p = parameters(view, activation), in = view.input_index(0), out = view.output_index()](Values& values) {
        rt::nn::rescale_reference(p, values.in<T>(in), values.out<T>(out));
    };
}

}  // namespace

Operator clamp_operator(std::string_view name, std::string_view help, std::function<void(Values&)> (*prepare)(const Graph&, const Node&),
                        KernelPlan (*lower)(const Graph&, const Node&, Isa)) {
    return {name, help, base::json_schema<NoAttributes>, verify, infer_same_shape, prepare, no_macs, lower};
}

std::function<void(Values&)> prepare_clamp(const Graph& graph, const Node& node, std::string_view activation) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i8) return prepare_as<std::int8_t>(view, activation);
    if (view.input(0).type == Type::i16) return prepare_as<std::int16_t>(view, activation);
    return [clamp = clamp_of(activation), n = view.output().count(), in = view.input_index(0), out = view.output_index()](Values& values) {
        const float* x = values.in<float>(in);
        float* y = values.out<float>(out);
        for (std::size_t i = 0; i < n; ++i) y[i] = std::min(std::max(x[i], clamp.low), clamp.high);
    };
}

KernelPlan lower_clamp(const Graph& graph, const Node& node, std::string_view activation) {
    const NodeView view(graph, node);
    return {false,
            {reference_call("rescale", "RescaleParameters", parameters(view, activation),
                            {"count", "in_zero_point", "out_zero_point", "multiplier", "shift", "low", "high"}, {view.input_index(0)})},
            {0}};
}

}  // namespace mote::graph
