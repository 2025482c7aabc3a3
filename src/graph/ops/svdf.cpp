// The int8 arithmetic is that of TensorFlow Lite's reference/svdf.h.
#include "graph/kernel_call.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "graph/recurrent.hpp"
#include "graph/variants/svdf/catalogue.hpp"

#include <algorithm>

namespace mote::graph::ops {

namespace {

constexpr std::size_t features = 1, time = 2, biases = 3, memory = 4;

struct Attributes {
    int rank = 1;
    std::string activation = "none";
    static constexpr auto fields() {
        return std::make_tuple(base::field("rank", &Attributes::rank, "filters a unit").range(1, 4096),
                               base::field("activation", &Attributes::activation, "applied to the output").choices(activation_choices));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_rank(0, 2);
    view.require_rank(features, 2);
    const int filters = view.input(features).shape[0], rank = view.attributes<Attributes>().rank;
    if (filters % rank != 0)
        view.fail("has " + std::to_string(filters) + " filters of rank " + std::to_string(rank), "give as many filters for every unit");
    return {{view.input(0).shape[0], filters / rank}};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 5);
    const auto shapes = infer(graph, node);
    const bool is_i8 = view.require_activations(0, 1);
    view.require_rank(time, 2);
    const int filters = view.input(features).shape[0], depth = view.input(features).shape[1], steps = view.input(time).shape[1];
    view.require_shape(0, {1, depth}, "one row of as many values as the weights have columns");
    require_gate_weights(view, features, 1, {filters, depth}, false);
    view.require_constant(time);
    view.require_shape(time, {filters, steps}, "one row a filter");
    view.require_type(view.input_index(time), {is_i8 ? Type::i16 : Type::f32});
    require_gate_biases(view, biases, 1, shapes[0][1]);
    if (std::int64_t{filters} * steps > 1 << 24) view.fail("remembers too much", "use fewer filters or a shorter memory");
    require_state(graph, view, memory, filters * steps, is_i8 ? Type::i16 : Type::f32);
    if (!view.input(memory).is_variable) view.fail(view.input_index(memory), "is a constant, this layer remembers", "make it a variable");
    view.require_outputs(shapes);
}

using variants::svdf::Layer;

Layer quantised(const NodeView& view) {
    Layer layer;
    rt::nn::SvdfParameters& p = layer.parameters;
    const auto attributes = view.attributes<Attributes>();
    GateTables& tables = layer.features;
    tables = gate_tables(view, features, nullptr, 1, view.input(0).quantisation);
    const auto values = view.input(time).as<std::int16_t>();
    layer.time.assign(values.begin(), values.end());
    p.in_c = tables.depth, p.filters = tables.units, p.rank = attributes.rank, p.memory = view.input(time).shape[1];
    // In doubles, as TensorFlow Lite computes it.
    const double state = double{scale_of(view.input(memory))};
    const Multiplier in = multiplier_of(double{scale_of(view.input(0))} * double{scale_of(view.input(features))} / state);
    const Multiplier out = multiplier_of(state * double{scale_of(view.input(time))} / double{scale_of(view.output())});
    p.multiplier = in.value, p.shift = in.shift, p.out_multiplier = out.value, p.out_shift = out.shift;
    tables.multiplier = {in.value}, tables.shift = {static_cast<std::int8_t>(in.shift)};
    const StoredRange range = stored_range(attributes.activation, view.output().quantisation);
    p.out_zero_point = zero_point_of(view.output()), p.low = range.low, p.high = range.high;
    layer.out_bias.assign(static_cast<std::size_t>(p.filters / p.rank), 0);
    if (view.has_input(biases)) {
        const auto given = view.input(biases).as<std::int32_t>();
        layer.out_bias.assign(given.begin(), given.end());
    }
    return layer;
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    const Layer layer = quantised(view);
    KernelCall call = reference_call(
        "svdf", "SvdfParameters", layer.parameters,
        {"in_c", "filters", "rank", "memory", "multiplier", "shift", "out_multiplier", "out_shift", "out_zero_point", "low", "high"},
        {view.input_index(0), view.input_index(memory)});
    call.tables = layer.kernel_tables(layer.features);
    KernelPlan plan;
    plan.calls.push_back(std::move(call));
    return with_variants(std::move(plan), variants::svdf::all(), isa, layer);
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const GateFloats dense(view, features, 1, {});
    const auto steps = static_cast<std::size_t>(view.input(time).shape[1]);
    const auto attributes = view.attributes<Attributes>();
    const auto weights = view.input(time).as<float>();
    return [dense, steps, rank = static_cast<std::size_t>(attributes.rank), clamp = clamp_of(attributes.activation),
            weights = std::vector<float>(weights.begin(), weights.end()), bias = bias_or_zeros(view, biases, view.output().count()),
            x = view.input_index(0), m = view.input_index(memory), y = view.output_index()](Values& values) {
        std::vector<float> newest(dense.bias.size());
        dense.matrix.multiply(values.in<float>(x), 1, dense.matrix.depth(), dense.bias.data(), clamp_of("none"), newest.data(),
                              newest.size());
        float* state = values.out<float>(m);
        float* out = values.out<float>(y);
        for (std::size_t u = 0; u < bias.size(); ++u) {
            float total = bias[u];
            for (std::size_t f = u * rank; f < (u + 1) * rank; ++f) {
                float* own = state + f * steps;
                std::copy(own + 1, own + steps, own);
                own[steps - 1] = newest[f];
                for (std::size_t t = 0; t < steps; ++t) total += own[t] * weights[f * steps + t];
            }
            out[u] = std::min(std::max(total, clamp.low), clamp.high);
        }
    };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    return [layer = quantised(view), x = view.input_index(0), m = view.input_index(memory), y = view.output_index()](Values& values) {
        rt::nn::svdf_reference(layer.parameters, values.in<std::int8_t>(x), values.in<std::int16_t>(m), layer.features.weights.data(),
                               layer.features.bias.data(), layer.time.data(), layer.out_bias.data(), values.out<std::int8_t>(y));
    };
}

std::uint64_t macs(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return view.input(features).count() + view.input(time).count();
}

}  // namespace

const Operator& svdf() {
    static const Operator op{"svdf",
                             "features of the last inferences weighted over time: x [1, I], weights [F, I], over time [F, M], bias, memory "
                             "[1, F * M]",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
