// The int8 arithmetic is that of TensorFlow Lite's integer LSTM (kernels/lstm_eval.cc, 8x8_16).
#include "graph/operator.hpp"
#include "graph/recurrent.hpp"
#include "graph/variants/lstm/catalogue.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

constexpr std::size_t gate_count = 4, input_weights = 1, state_weights = 5, biases = 9, hidden = 13, cell = 14;

struct Attributes {
    float cell_limit = 0, hidden_scale = 0;
    int hidden_zero_point = 0;
    std::string functions = "tflite";
    static constexpr auto fields() {
        return std::make_tuple(
            base::field("cell_limit", &Attributes::cell_limit, "holds the cell state to plus and minus this; 0: not").range(0, 1000000),
            base::field("hidden_scale", &Attributes::hidden_scale,
                        "of i8 where it is not that of the output, whose bytes it gives; 0: it is")
                .range(0, 1000000),
            base::field("hidden_zero_point", &Attributes::hidden_zero_point, "that goes with hidden_scale").range(-128, 127),
            base::field("functions", &Attributes::functions,
                        "of the gates, as i8: those of TensorFlow Lite, or mote's own, which are faster")
                .choices("tflite|interpolated"));
    }
};

bool is_coupled(const NodeView& view) { return !view.has_input(input_weights); }

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const RecurrentShape shape = recurrent_shape(NodeView(graph, node), input_weights, gate_count);
    return {{1, shape.steps, shape.units}};
}

void check_int8(const NodeView& view) {
    const Quantisation& state = view.input(hidden).quantisation;
    const Quantisation& out = view.output().quantisation;
    if (state.scale != out.scale || state.zero_point != out.zero_point)
        view.fail(view.input_index(hidden), "has another scale or zero point than the output", "give both the same");
    int exponent = 0;
    const float mantissa = std::frexp(scale_of(view.input(cell)), &exponent);
    if (mantissa != 0.5f || exponent < -14 || exponent > -8)
        view.fail(view.input_index(cell), "has scale " + base::exact(scale_of(view.input(cell))),
                  "the scale of a cell state is a power of two from 2^-15 to 2^-9");
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 15);
    (void)view.attributes<Attributes>();
    const bool is_i8 = view.require_activations(0, 1);
    const RecurrentShape shape = recurrent_shape(view, input_weights, gate_count);
    require_gate_weights(view, input_weights, gate_count, {shape.units, shape.inputs}, true);
    require_gate_weights(view, state_weights, gate_count, {shape.units, shape.units}, is_coupled(view));
    if (is_coupled(view) && (view.has_input(state_weights) || view.has_input(biases)))
        view.fail("has an input gate without weights for the input", "give all weights of a gate, or none");
    require_gate_biases(view, biases, gate_count, shape.units);
    require_state(graph, view, hidden, shape.units, is_i8 ? Type::i8 : Type::f32);
    require_state(graph, view, cell, shape.units, is_i8 ? Type::i16 : Type::f32);
    if (view.input(hidden).is_variable != view.input(cell).is_variable)
        view.fail("keeps one of its states", "make hidden and cell state both variables, or both constants");
    if (is_i8) check_int8(view);
    view.require_outputs(infer(graph, node));
}

variants::lstm::Layer quantised(const NodeView& view) {
    variants::lstm::Layer layer;
    rt::nn::LstmParameters& p = layer.parameters;
    const RecurrentShape shape = recurrent_shape(view, input_weights, gate_count);
    p.steps = shape.steps, p.in_c = shape.inputs, p.units = shape.units;
    p.coupled = is_coupled(view) ? 1 : 0;
    p.keeps_state = view.input(hidden).is_variable ? 1 : 0;
    const auto attributes = view.attributes<Attributes>();
    const float cell_scale = scale_of(view.input(cell));
    p.interpolated = attributes.functions == "interpolated" ? 1 : 0;
    p.cell_bits = 15 + std::ilogb(cell_scale);
    p.cell_limit = static_cast<std::int32_t>(std::min(attributes.cell_limit / cell_scale, 32767.0f));
    const bool is_own = attributes.hidden_scale > 0;
    const float hidden_scale = is_own ? attributes.hidden_scale : scale_of(view.output());
    const Multiplier m = multiplier_of(static_cast<float>(std::ldexp(1.0, -30) / double{hidden_scale}));
    p.hidden_multiplier = m.value, p.hidden_shift = m.shift;
    p.out_zero_point = is_own ? attributes.hidden_zero_point : zero_point_of(view.output());
    layer.input = gate_tables(view, input_weights, &biases, gate_count, view.input(0).quantisation);
    layer.state = gate_tables(view, state_weights, nullptr, gate_count, view.output().quantisation);
    return layer;
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    const variants::lstm::Layer layer = quantised(view);
    const rt::nn::LstmParameters& p = layer.parameters;
    KernelCall call = reference_call("lstm", "LstmParameters", p,
                                     {"steps", "in_c", "units", "coupled", "keeps_state", "cell_bits", "cell_limit", "hidden_multiplier",
                                      "hidden_shift", "out_zero_point", "interpolated"},
                                     {view.input_index(0), view.input_index(hidden), view.input_index(cell)});
    call.tables = layer.kernel_tables();
    call.scratch_bytes = static_cast<std::size_t>(rt::nn::lstm_scratch_bytes(p.units, p.coupled, p.keeps_state));
    KernelPlan plan;
    plan.calls.push_back(std::move(call));
    return with_variants(std::move(plan), variants::lstm::all(), isa, layer);
}

/// One layer of floats; runs over a sequence.
class FloatLstm {
  public:
    explicit FloatLstm(const NodeView& view)
        : input_(view, input_weights, gate_count, {biases}),
          state_(view, state_weights, gate_count, {}),
          shape_(recurrent_shape(view, input_weights, gate_count)),
          coupled_(is_coupled(view)),
          limit_(view.attributes<Attributes>().cell_limit),
          sums_(input_.bias.size()),
          of_state_(input_.bias.size()) {}

    /// h and c are the state before and afterwards.
    void run(const float* x, float* h, float* c, float* y) {
        const auto inputs = static_cast<std::size_t>(shape_.inputs), n = static_cast<std::size_t>(shape_.units);
        for (int t = 0; t < shape_.steps; ++t, x += inputs, y += n) {
            input_.matrix.multiply(x, 1, inputs, input_.bias.data(), clamp_of("none"), sums_.data(), sums_.size());
            state_.matrix.multiply(h, 1, n, state_.bias.data(), clamp_of("none"), of_state_.data(), of_state_.size());
            for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += of_state_[i];
            for (std::size_t u = 0; u < n; ++u) {
                const float forget = float_logistic(of_gate(1, u)), input = coupled_ ? 1.0f - forget : float_logistic(of_gate(0, u));
                c[u] = forget * c[u] + input * std::tanh(of_gate(2, u));
                if (limit_ > 0) c[u] = std::min(std::max(c[u], -limit_), limit_);
                y[u] = float_logistic(of_gate(3, u)) * std::tanh(c[u]);
            }
            std::copy_n(y, n, h);
        }
    }

  private:
    float of_gate(std::size_t gate, std::size_t unit) const {
        return sums_[(coupled_ ? gate - 1 : gate) * static_cast<std::size_t>(shape_.units) + unit];
    }

    GateFloats input_, state_;
    RecurrentShape shape_;
    bool coupled_;
    float limit_;
    std::vector<float> sums_, of_state_;
};

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const auto units = view.input(hidden).count();
    return [layer = FloatLstm(view), units, keeps = view.input(hidden).is_variable, x = view.input_index(0), h = view.input_index(hidden),
            c = view.input_index(cell), y = view.output_index()](Values& values) mutable {
        std::vector<float> state(values.in<float>(h), values.in<float>(h) + units), cells(values.in<float>(c), values.in<float>(c) + units);
        layer.run(values.in<float>(x), state.data(), cells.data(), values.out<float>(y));
        if (!keeps) return;
        std::copy(state.begin(), state.end(), values.out<float>(h));
        std::copy(cells.begin(), cells.end(), values.out<float>(c));
    };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    variants::lstm::Layer layer = quantised(view);
    const rt::nn::LstmParameters& p = layer.parameters;
    std::vector<std::int16_t> scratch(static_cast<std::size_t>(rt::nn::lstm_scratch_bytes(p.units, p.coupled, p.keeps_state)) / 2);
    return [multiplier = multipliers(layer.input, layer.state), shift = shifts(layer.input, layer.state), layer = std::move(layer),
            scratch = std::move(scratch), x = view.input_index(0), h = view.input_index(hidden), c = view.input_index(cell),
            y = view.output_index()](Values& values) mutable {
        rt::nn::lstm_reference(layer.parameters, values.in<std::int8_t>(x), values.in<std::int8_t>(h), values.in<std::int16_t>(c),
                               layer.input.weights.data(), layer.input.bias.data(), layer.state.weights.data(), layer.state.bias.data(),
                               multiplier.data(), shift.data(), values.out<std::int8_t>(y), scratch.data());
    };
}

std::uint64_t macs(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const RecurrentShape shape = recurrent_shape(view, input_weights, gate_count);
    const std::uint64_t gates = is_coupled(view) ? 3 : 4, units = static_cast<std::uint64_t>(shape.units);
    return static_cast<std::uint64_t>(shape.steps) * gates * units * (static_cast<std::uint64_t>(shape.inputs) + units);
}

}  // namespace

const Operator& lstm() {
    static const Operator op{
        "lstm",
        "long short-term memory over x [1, T, I]: four weights [H, I] (input, forget, cell, output gate), four [H, H], "
        "biases, hidden and cell state [1, H]",
        base::json_schema<Attributes>,
        verify,
        infer,
        prepare,
        macs,
        lower};
    return op;
}

}  // namespace mote::graph::ops
