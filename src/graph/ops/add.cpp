#include "graph/binary.hpp"
#include "graph/variants/add/catalogue.hpp"
#include "mote/rt/nn/broadcast_add/reference.hpp"

namespace mote::graph::ops {

namespace {

// Of any two shapes. Inputs of one shape have kernels of their own.
struct Add {
    static constexpr std::string_view name = "add", help = "sum of two tensors, the smaller repeated", family = "broadcast_add";
    using Attributes = ActivationAttributes;
    static constexpr bool takes_i16 = true;
    static constexpr OutputScale output_scale{};
    static float real(float a, float b) { return a + b; }
    static void check(const NodeView&) {}
    static void scales(const NodeView& view, rt::nn::BinaryParameters& p) { set_common_scale<double>(view, p, common_bits(view)); }
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::broadcast_add_reference(p, a, b, y);
    }
};

/// Whether it is left to the kernels for any two shapes, which are those for 16 bits too.
bool repeats(const NodeView& view) { return view.input(0).shape != view.input(1).shape || view.input(0).type == Type::i16; }

rt::nn::AddParameters parameters(const NodeView& view) {
    const rt::nn::BinaryParameters p = Binary<Add>::parameters(view);
    return {static_cast<std::int32_t>(view.output().count()),
            p.left_zero_point,
            p.left_multiplier,
            p.left_shift,
            p.right_zero_point,
            p.right_multiplier,
            p.right_shift,
            p.out_zero_point,
            p.out_multiplier,
            p.out_shift,
            p.low,
            p.high};
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    if (repeats(view)) return Binary<Add>::lower(graph, node, isa);
    const auto p = parameters(view);
    KernelCall call = reference_call("add", "AddParameters", p,
                                     {"count", "left_zero_point", "left_multiplier", "left_shift", "right_zero_point", "right_multiplier",
                                      "right_shift", "out_zero_point", "out_multiplier", "out_shift", "low", "high"},
                                     {view.input_index(0), view.input_index(1)});
    return with_variants({false, {std::move(call)}, {0, 1}, {}}, variants::add::all(), isa, p);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type != Type::i8 || repeats(view)) return Binary<Add>::prepare(graph, node);
    return [p = parameters(view), left = view.input_index(0), right = view.input_index(1), out = view.output_index()](Values& values) {
        rt::nn::add_reference(p, values.in<std::int8_t>(left), values.in<std::int8_t>(right), values.out<std::int8_t>(out));
    };
}

}  // namespace

const Operator& add() {
    static const Operator op = [] {
        Operator described = Binary<Add>::describe();
        described.prepare = prepare;
        described.lower = lower;
        return described;
    }();
    return op;
}

}  // namespace mote::graph::ops
