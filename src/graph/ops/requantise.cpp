// i8 or i16 values with another scale, zero point or width (TensorFlow Lite's reference/requantize.h).
#include "graph/elementwise.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/rescale/reference.hpp"

namespace mote::graph::ops {

namespace {

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    for (const int tensor : {view.input_index(0), view.output_index()}) view.require_type(tensor, {Type::i8, Type::i16});
    view.require_outputs(infer_same_shape(graph, node));
}

rt::nn::RescaleParameters parameters(const NodeView& view) {
    const Multiplier m = multiplier_of(double{scale_of(view.input(0))} / double{scale_of(view.output())});
    const std::int32_t most = view.output().type == Type::i8 ? 127 : 32767;
    return {static_cast<std::int32_t>(view.output().count()),
            zero_point_of(view.input(0)),
            zero_point_of(view.output()),
            m.value,
            m.shift,
            -most - 1,
            most};
}

template <class In, class Out>
std::function<void(Values&)> prepare_as(const NodeView& view) {
    return [p = parameters(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::rescale_reference(p, values.in<In>(x), values.out<Out>(y));
    };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    using i8 = std::int8_t;
    using i16 = std::int16_t;
    if (view.input(0).type == Type::i8) return view.output().type == Type::i8 ? prepare_as<i8, i8>(view) : prepare_as<i8, i16>(view);
    return view.output().type == Type::i8 ? prepare_as<i16, i8>(view) : prepare_as<i16, i16>(view);
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    KernelCall call =
        reference_call("rescale", "RescaleParameters", parameters(view),
                       {"count", "in_zero_point", "out_zero_point", "multiplier", "shift", "low", "high"}, {view.input_index(0)});
    KernelPlan plan{false, {std::move(call)}, {}, {}};
    if (view.input(0).size_bytes() >= view.output().size_bytes()) plan.may_overwrite = {0};
    return plan;
}

}  // namespace

const Operator& requantise() {
    static const Operator op{"requantise",
                             "quantised values with another scale, zero point or width",
                             base::json_schema<NoAttributes>,
                             verify,
                             infer_same_shape,
                             prepare,
                             no_macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
