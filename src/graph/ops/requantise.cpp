// i8, i16 or u8 values with another scale, zero point or width (TensorFlow Lite's reference/requantize.h). Values of u8 stand only here:
// they are what a model takes or gives, and everything between computes on i8.
#include "graph/elementwise.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/flip_sign/reference.hpp"
#include "mote/rt/nn/rescale/reference.hpp"

namespace mote::graph::ops {

namespace {

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    for (const int tensor : {view.input_index(0), view.output_index()}) {
        const Tensor& t = graph.tensors[static_cast<std::size_t>(tensor)];
        if (t.type != Type::u8)
            view.require_type(tensor, {Type::i8, Type::i16});
        else if (t.quantisation.scale.size() != 1)
            view.fail(tensor, "is u8 without one scale for the whole tensor", "give it a scale and a zero point");
    }
    view.require_outputs(infer_same_shape(graph, node));
}

bool only_flips_sign(const NodeView& view) {
    const Tensor &x = view.input(0), &y = view.output();
    const bool is_pair = (x.type == Type::u8 && y.type == Type::i8) || (x.type == Type::i8 && y.type == Type::u8);
    return is_pair && scale_of(x) == scale_of(y) && zero_point_of(x) - zero_point_of(y) == (x.type == Type::u8 ? 128 : -128);
}

StoredRange range_of(Type type) {
    if (type == Type::u8) return {0, 255};
    return type == Type::i8 ? StoredRange{-128, 127} : StoredRange{-32768, 32767};
}

rt::nn::RescaleParameters parameters(const NodeView& view) {
    const Multiplier m = multiplier_of(double{scale_of(view.input(0))} / double{scale_of(view.output())});
    const StoredRange range = range_of(view.output().type);
    return {static_cast<std::int32_t>(view.output().count()),
            zero_point_of(view.input(0)),
            zero_point_of(view.output()),
            m.value,
            m.shift,
            range.low,
            range.high};
}

template <class In, class Out>
std::function<void(Values&)> prepare_as(const NodeView& view) {
    const int x = view.input_index(0), y = view.output_index();
    if constexpr (sizeof(In) == 1 && sizeof(Out) == 1)
        if (only_flips_sign(view))
            return [p = rt::nn::FlipSignParameters{static_cast<std::int32_t>(view.output().count())}, x, y](Values& values) {
                rt::nn::flip_sign_reference(p, values.in<In>(x), values.out<Out>(y));
            };
    return [p = parameters(view), x, y](Values& values) { rt::nn::rescale_reference(p, values.in<In>(x), values.out<Out>(y)); };
}

template <class In>
std::function<void(Values&)> prepare_from(const NodeView& view) {
    if (view.output().type == Type::u8) return prepare_as<In, std::uint8_t>(view);
    return view.output().type == Type::i8 ? prepare_as<In, std::int8_t>(view) : prepare_as<In, std::int16_t>(view);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::u8) return prepare_from<std::uint8_t>(view);
    return view.input(0).type == Type::i8 ? prepare_from<std::int8_t>(view) : prepare_from<std::int16_t>(view);
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    if (only_flips_sign(view)) {
        const rt::nn::FlipSignParameters p{static_cast<std::int32_t>(view.output().count())};
        return {false, {reference_call("flip_sign", "FlipSignParameters", p, {"count"}, {view.input_index(0)})}, {0}, {}};
    }
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
                             "quantised values with another scale, zero point or width; unsigned ones, which a model may take and give",
                             base::json_schema<NoAttributes>,
                             verify,
                             infer_same_shape,
                             prepare,
                             no_macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
