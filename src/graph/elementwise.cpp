#include "graph/elementwise.hpp"

#include "graph/quantised.hpp"
#include "mote/rt/nn/rescale/reference.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

struct Attributes {
    static constexpr auto fields() { return std::make_tuple(); }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {NodeView(graph, node).input(0).shape}; }

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<Attributes>();
    view.require_activations(0, 1);
    view.require_outputs(infer(graph, node));
}

std::uint64_t macs(const Graph&, const Node&) { return 0; }

rt::nn::RescaleParameters parameters(const NodeView& view, std::string_view activation) {
    const Multiplier m = multiplier_of(double{scale_of(view.input(0))} / double{scale_of(view.output())});
    const StoredRange range = stored_range(activation, view.output().quantisation);
    return {static_cast<std::int32_t>(view.output().count()),
            zero_point_of(view.input(0)),
            zero_point_of(view.output()),
            m.value,
            m.shift,
            range.low,
            range.high};
}

}  // namespace

Operator clamp_operator(std::string_view name, std::string_view help, std::function<void(Values&)> (*prepare)(const Graph&, const Node&),
                        KernelPlan (*lower)(const Graph&, const Node&, Isa)) {
    return {name, help, base::json_schema<Attributes>, verify, infer, prepare, macs, lower};
}

std::function<void(Values&)> prepare_clamp(const Graph& graph, const Node& node, std::string_view activation) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i8)
        return [p = parameters(view, activation), in = view.input_index(0), out = view.output_index()](Values& values) {
            rt::nn::rescale_reference(p, values.in<std::int8_t>(in), values.out<std::int8_t>(out));
        };
    return [clamp = clamp_of(activation), n = view.output().count(), in = view.input_index(0), out = view.output_index()](Values& values) {
        const float* x = values.in<float>(in);
        float* y = values.out<float>(out);
        for (std::size_t i = 0; i < n; ++i) y[i] = std::min(std::max(x[i], clamp.low), clamp.high);
    };
}

KernelPlan lower_clamp(const Graph& graph, const Node& node, std::string_view activation) {
    const NodeView view(graph, node);
    const auto p = parameters(view, activation);
    KernelCall call;
    call.header = "mote/rt/nn/rescale/reference.hpp";
    call.function = "mote::rt::nn::rescale_reference";
    call.parameters = "mote::rt::nn::RescaleParameters";
    call.values = {{"count", p.count},
                   {"in_zero_point", p.in_zero_point},
                   {"out_zero_point", p.out_zero_point},
                   {"multiplier", p.multiplier},
                   {"shift", p.shift},
                   {"low", p.low},
                   {"high", p.high}};
    call.inputs = {view.input_index(0)};
    return {false, {std::move(call)}, {0}};
}

}  // namespace mote::graph
