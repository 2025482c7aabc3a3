// The int8 arithmetic is mote's own: gates as in TensorFlow Lite's integer LSTM, and a hidden state of 16 bits.
#include "graph/operator.hpp"
#include "graph/recurrent.hpp"
#include "graph/variants/gru/catalogue.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

constexpr std::size_t gate_count = 3, input_weights = 1, state_weights = 4, input_biases = 7, state_biases = 10, hidden = 13;
constexpr float state_scale = 1.0f / 32768;

struct Attributes {
    bool reset_after = true;
    static constexpr auto fields() {
        return std::make_tuple(base::field(
            "reset_after", &Attributes::reset_after,
            "the reset gate acts on the candidate's product with the state and its bias (ONNX: linear_before_reset), else on the state"));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const RecurrentShape shape = recurrent_shape(NodeView(graph, node), input_weights, gate_count);
    return {{1, shape.steps, shape.units}};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 14);
    (void)view.attributes<Attributes>();
    const bool is_i8 = view.require_activations(0, 1);
    const RecurrentShape shape = recurrent_shape(view, input_weights, gate_count);
    require_gate_weights(view, input_weights, gate_count, {shape.units, shape.inputs}, false);
    require_gate_weights(view, state_weights, gate_count, {shape.units, shape.units}, false);
    require_gate_biases(view, input_biases, gate_count, shape.units);
    require_gate_biases(view, state_biases, gate_count, shape.units);
    require_state(graph, view, hidden, shape.units, is_i8 ? Type::i16 : Type::f32);
    if (is_i8 && scale_of(view.input(hidden)) != state_scale)
        view.fail(view.input_index(hidden), "has scale " + base::exact(scale_of(view.input(hidden))), "the scale of this state is 2^-15");
    view.require_outputs(infer(graph, node));
}

variants::gru::Layer quantised(const NodeView& view) {
    variants::gru::Layer layer;
    rt::nn::GruParameters& p = layer.parameters;
    const RecurrentShape shape = recurrent_shape(view, input_weights, gate_count);
    p.steps = shape.steps, p.in_c = shape.inputs, p.units = shape.units;
    p.reset_after = view.attributes<Attributes>().reset_after ? 1 : 0;
    p.keeps_state = view.input(hidden).is_variable ? 1 : 0;
    const Multiplier m = multiplier_of(double{state_scale} / double{scale_of(view.output())});
    p.hidden_multiplier = m.value, p.hidden_shift = m.shift;
    p.out_zero_point = zero_point_of(view.output());
    layer.input = gate_tables(view, input_weights, &input_biases, gate_count, view.input(0).quantisation);
    layer.state = gate_tables(view, state_weights, &state_biases, gate_count, view.output().quantisation);
    return layer;
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    const variants::gru::Layer layer = quantised(view);
    const rt::nn::GruParameters& p = layer.parameters;
    KernelCall call =
        reference_call("gru", "GruParameters", p,
                       {"steps", "in_c", "units", "reset_after", "keeps_state", "hidden_multiplier", "hidden_shift", "out_zero_point"},
                       {view.input_index(0), view.input_index(hidden)});
    call.tables = layer.kernel_tables();
    call.scratch_bytes = static_cast<std::size_t>(rt::nn::gru_scratch_bytes(p.units));
    KernelPlan plan;
    plan.calls.push_back(std::move(call));
    return with_variants(std::move(plan), variants::gru::all(), isa, layer);
}

class FloatGru {
  public:
    explicit FloatGru(const NodeView& view)
        : input_(view, input_weights, gate_count, {input_biases}),
          gates_(view, state_weights, 2, {state_biases}),
          candidate_(view, state_weights + 2, 1, {state_biases + 2}),
          shape_(recurrent_shape(view, input_weights, gate_count)),
          reset_after_(view.attributes<Attributes>().reset_after),
          sums_(input_.bias.size()),
          of_state_(input_.bias.size()),
          taken_(input_.bias.size() / 3) {}

    /// h is the state before and afterwards.
    void run(const float* x, float* h, float* y) {
        const auto inputs = static_cast<std::size_t>(shape_.inputs), n = static_cast<std::size_t>(shape_.units);
        for (int t = 0; t < shape_.steps; ++t, x += inputs, y += n) {
            input_.matrix.multiply(x, 1, inputs, input_.bias.data(), clamp_of("none"), sums_.data(), sums_.size());
            gates_.matrix.multiply(h, 1, n, gates_.bias.data(), clamp_of("none"), of_state_.data(), 2 * n);
            for (std::size_t i = 0; i < 2 * n; ++i) sums_[i] = float_logistic(sums_[i] + of_state_[i]);
            for (std::size_t u = 0; u < n; ++u) taken_[u] = reset_after_ ? h[u] : sums_[n + u] * h[u];
            candidate_.matrix.multiply(taken_.data(), 1, n, candidate_.bias.data(), clamp_of("none"), of_state_.data(), n);
            for (std::size_t u = 0; u < n; ++u) {
                const float candidate = std::tanh(sums_[2 * n + u] + (reset_after_ ? sums_[n + u] : 1.0f) * of_state_[u]);
                h[u] = y[u] = candidate + sums_[u] * (h[u] - candidate);
            }
        }
    }

  private:
    GateFloats input_, gates_, candidate_;
    RecurrentShape shape_;
    bool reset_after_;
    std::vector<float> sums_, of_state_, taken_;
};

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    return [layer = FloatGru(view), units = view.input(hidden).count(), keeps = view.input(hidden).is_variable, x = view.input_index(0),
            h = view.input_index(hidden), y = view.output_index()](Values& values) mutable {
        std::vector<float> state(values.in<float>(h), values.in<float>(h) + units);
        layer.run(values.in<float>(x), state.data(), values.out<float>(y));
        if (keeps) std::copy(state.begin(), state.end(), values.out<float>(h));
    };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    variants::gru::Layer layer = quantised(view);
    std::vector<std::int16_t> scratch(static_cast<std::size_t>(rt::nn::gru_scratch_bytes(layer.parameters.units)) / 2 + 1);
    return [multiplier = multipliers(layer.input, layer.state), shift = shifts(layer.input, layer.state), layer = std::move(layer),
            scratch = std::move(scratch), x = view.input_index(0), h = view.input_index(hidden),
            y = view.output_index()](Values& values) mutable {
        rt::nn::gru_reference(layer.parameters, values.in<std::int8_t>(x), values.in<std::int16_t>(h), layer.input.weights.data(),
                              layer.input.bias.data(), layer.state.weights.data(), layer.state.bias.data(), multiplier.data(), shift.data(),
                              values.out<std::int8_t>(y), scratch.data());
    };
}

std::uint64_t macs(const Graph& graph, const Node& node) {
    const RecurrentShape shape = recurrent_shape(NodeView(graph, node), input_weights, gate_count);
    const std::uint64_t units = static_cast<std::uint64_t>(shape.units);
    return static_cast<std::uint64_t>(shape.steps) * gate_count * units * (static_cast<std::uint64_t>(shape.inputs) + units);
}

}  // namespace

const Operator& gru() {
    static const Operator op{"gru",
                             "gated recurrent unit over x [1, T, I]: three weights [H, I] (update, reset, candidate), three [H, H], biases "
                             "of both, state [1, H]",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
