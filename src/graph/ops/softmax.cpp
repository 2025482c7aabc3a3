#include "graph/lookup.hpp"
#include "graph/quantised.hpp"
#include "graph/softmax_i16.hpp"
#include "mote/rt/nn/softmax/reference.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::ops {

namespace {

// The sum of so many exponentials fits 12 integer bits.
constexpr int most_classes = 4095;
constexpr OutputScale output_scale{ScaleRule::fixed, 1.0f / 256, -128};

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    if (view.input(0).shape.empty()) view.fail(view.input_index(0), "has no dimension", "softmax runs over the last one");
    const Type type = view.require_activation_type(0, 1);
    if (type == Type::i16) check_softmax_i16(view);
    if (type == Type::i8) {
        require_output_scale(view, output_scale);
        if (view.input(0).shape.back() > most_classes)
            view.fail(view.input_index(0), "has more than " + std::to_string(most_classes) + " values in a row", "use fewer classes");
    }
    view.require_outputs(infer_same_shape(graph, node));
}

void softmax_row(const float* x, float* y, std::size_t n) {
    const float most = *std::max_element(x, x + n);
    float sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += y[i] = std::exp(x[i] - most);
    for (std::size_t i = 0; i < n; ++i) y[i] /= sum;
}

// TensorFlow Lite's PreprocessSoftmaxScaling and CalculateInputRadius for beta 1 and 5 integer bits.
rt::nn::SoftmaxParameters parameters(const NodeView& view) {
    constexpr int integer_bits = 5;
    const double factor = std::min(double{scale_of(view.input(0))} * (1 << (31 - integer_bits)), 2147483647.0);
    const Multiplier m = multiplier_of(std::max(factor, 1.0));
    const double radius = ((1 << integer_bits) - 1) * static_cast<double>(1 << (31 - integer_bits)) / std::ldexp(1.0, m.shift);
    const int depth = view.input(0).shape.back();
    return {static_cast<std::int32_t>(view.input(0).count()) / depth, depth, m.value, m.shift,
            -static_cast<std::int32_t>(std::min(std::floor(radius), 255.0))};
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i16) return lower_softmax_i16(view);
    return {false,
            {reference_call("softmax", "SoftmaxParameters", parameters(view), {"rows", "depth", "multiplier", "shift", "least_difference"},
                            {view.input_index(0)})},
            {0}};
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i16) return prepare_softmax_i16(view);
    if (view.input(0).type == Type::i8)
        return [p = parameters(view), x = view.input_index(0), y = view.output_index()](Values& values) {
            rt::nn::softmax_reference(p, values.in<std::int8_t>(x), values.out<std::int8_t>(y));
        };
    const auto depth = static_cast<std::size_t>(view.input(0).shape.back());
    return [depth, rows = view.input(0).count() / depth, in = view.input_index(0), out = view.output_index()](Values& values) {
        for (std::size_t r = 0; r < rows; ++r) softmax_row(values.in<float>(in) + r * depth, values.out<float>(out) + r * depth, depth);
    };
}

}  // namespace

const Operator& softmax() {
    static const Operator op{"softmax",
                             "probabilities over the last dimension",
                             base::json_schema<NoAttributes>,
                             verify,
                             infer_same_shape,
                             prepare,
                             no_macs,
                             lower,
                             output_scale};
    return op;
}

}  // namespace mote::graph::ops
