// The int8 arithmetic is TensorFlow Lite's integer Mean: the sum is brought to the output's scale, then divided.
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/mean/reference.hpp"

#include <algorithm>

namespace mote::graph::ops {

namespace {

struct Attributes {
    std::vector<int> axes;
    bool keep_dims = false;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("axes", &Attributes::axes, "dimensions over which the mean is taken; they lie together").range(-8, 7).required(),
            field("keep_dims", &Attributes::keep_dims, "keep them with size 1"));
    }
};

struct Span {
    std::size_t first = 0, end = 0;  ///< the axes [first, end)
};

Span span_of(const NodeView& view) {
    const int rank = static_cast<int>(view.input(0).shape.size());
    std::vector<int> axes = view.attributes<Attributes>().axes;
    for (int& a : axes) {
        if (a < -rank || a >= rank)
            view.fail("axis " + std::to_string(a) + " is not one of " + text_of(view.input(0).shape), "use an axis of the input");
        if (a < 0) a += rank;
    }
    std::sort(axes.begin(), axes.end());
    if (axes.empty()) view.fail("has no axes", "name the dimensions to average over");
    for (std::size_t i = 1; i < axes.size(); ++i)
        if (axes[i] != axes[i - 1] + 1) view.fail("axes " + text_of(axes) + " do not lie together", "use two mean nodes");
    return {static_cast<std::size_t>(axes.front()), static_cast<std::size_t>(axes.back()) + 1};
}

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const Span span = span_of(view);
    const bool keep = view.attributes<Attributes>().keep_dims;
    std::vector<int> shape;
    for (std::size_t i = 0; i < view.input(0).shape.size(); ++i) {
        const bool reduced = i >= span.first && i < span.end;
        if (!reduced) shape.push_back(view.input(0).shape[i]);
        if (reduced && keep) shape.push_back(1);
    }
    return {shape};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    view.require_activations(0, 1);
    view.require_outputs(infer(graph, node));
}

rt::nn::MeanParameters sizes(const NodeView& view) {
    const Span span = span_of(view);
    rt::nn::MeanParameters p{1, 1, 1, 0, 0, 0, 0};
    for (std::size_t i = 0; i < view.input(0).shape.size(); ++i)
        (i < span.first ? p.outer : i < span.end ? p.reduced : p.inner) *= view.input(0).shape[i];
    return p;
}

rt::nn::MeanParameters parameters(const NodeView& view) {
    rt::nn::MeanParameters p = sizes(view);
    const Multiplier m = multiplier_of(double{scale_of(view.input(0))} / double{scale_of(view.output())});
    p.in_zero_point = zero_point_of(view.input(0)), p.out_zero_point = zero_point_of(view.output());
    p.multiplier = m.value, p.shift = m.shift;
    return p;
}

void mean_f32(const rt::nn::MeanParameters& p, const float* x, float* y) {
    const auto reduced = static_cast<std::size_t>(p.reduced), inner = static_cast<std::size_t>(p.inner);
    for (std::int32_t o = 0; o < p.outer; ++o, y += inner) {
        std::fill_n(y, inner, 0.0f);
        for (std::size_t r = 0; r < reduced; ++r)
            for (std::size_t i = 0; i < inner; ++i) y[i] += *x++;
        for (std::size_t i = 0; i < inner; ++i) y[i] /= static_cast<float>(p.reduced);
    }
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const int x = view.input_index(0), y = view.output_index();
    if (view.input(0).type == Type::i8)
        return [p = parameters(view), x, y](Values& values) {
            rt::nn::mean_reference(p, values.in<std::int8_t>(x), values.out<std::int8_t>(y));
        };
    return [p = sizes(view), x, y](Values& values) { mean_f32(p, values.in<float>(x), values.out<float>(y)); };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    return {
        false,
        {reference_call("mean", "MeanParameters", parameters(view),
                        {"outer", "reduced", "inner", "in_zero_point", "out_zero_point", "multiplier", "shift"}, {view.input_index(0)})},
        {}};
}

}  // namespace

const Operator& mean() {
    static const Operator op{"mean", "mean over some dimensions", base::json_schema<Attributes>, verify, infer, prepare, no_macs, lower};
    return op;
}

}  // namespace mote::graph::ops
