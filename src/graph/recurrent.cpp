#include "graph/recurrent.hpp"

#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph {

namespace {

// A gate's sum has 3 integer bits.
constexpr double steps_of_a_gate = 4096;

std::vector<float> concatenated(const NodeView& node, std::size_t first, std::size_t gates) {
    std::vector<float> all;
    for (std::size_t g = first; g < first + gates; ++g) {
        if (!node.has_input(g)) continue;
        const auto values = node.input(g).as<float>();
        all.insert(all.end(), values.begin(), values.end());
    }
    return all;
}

const Tensor& first_given(const NodeView& node, std::size_t first, std::size_t gates) {
    for (std::size_t g = first; g + 1 < first + gates; ++g)
        if (node.has_input(g)) return node.input(g);
    return node.input(first + gates - 1);
}

}  // namespace

RecurrentShape recurrent_shape(const NodeView& node, std::size_t weights, std::size_t gates) {
    node.require_rank(0, 3);
    const Tensor& w = first_given(node, weights, gates);
    if (w.shape.size() != 2) node.fail("has weights of shape " + text_of(w.shape), "give the weights of a gate as [units, inputs]");
    const auto& x = node.input(0).shape;
    if (x[0] != 1) node.fail(node.input_index(0), "has a batch of " + std::to_string(x[0]), "use a batch of 1: [1, steps, inputs]");
    return {x[1], x[2], w.shape[0]};
}

void require_gate_weights(const NodeView& node, std::size_t first, std::size_t gates, const std::vector<int>& shape, bool may_lack_first) {
    const bool is_i8 = node.input(0).type == Type::i8;
    for (std::size_t g = first; g < first + gates; ++g) {
        if (g == first && may_lack_first && !node.has_input(g)) continue;
        const int index = node.input_index(g);
        node.require_constant(g);
        node.require_shape(g, shape, "one row a unit");
        node.require_type(index, {is_i8 ? Type::i8 : Type::f32});
        if (is_i8 && node.input(g).quantisation.zero_point[0] != 0)
            node.fail(index, "has a zero point other than 0", "quantise the weights symmetrically");
    }
}

void require_gate_biases(const NodeView& node, std::size_t first, std::size_t gates, int units) {
    const Type wanted = node.input(0).type == Type::i8 ? Type::i32 : Type::f32;
    for (std::size_t g = first; g < first + gates; ++g) {
        if (!node.has_input(g)) continue;
        node.require_constant(g);
        node.require_shape(g, {units}, "one value a unit");
        if (node.input(g).type != wanted)
            node.fail(node.input_index(g),
                      "is " + std::string(name_of(node.input(g).type)) + ", this bias is " + std::string(name_of(wanted)),
                      "convert the bias");
    }
}

void require_state(const Graph& graph, const NodeView& node, std::size_t i, int count, Type type) {
    const int index = node.input_index(i);
    const Tensor& state = node.input(i);
    if (state.shape.size() != 2 || state.shape[0] != 1 || state.shape[1] != count)
        node.fail(index, "has shape " + text_of(state.shape) + ", this state is [1, " + std::to_string(count) + "]",
                  "correct the tensor's shape");
    node.require_type(index, {type});
    if (state.is_constant()) return;
    if (!state.is_variable)
        node.fail(index, "is computed, a state starts from a constant or is a variable",
                  "keep the state in the layer: let it start from zeros, or make it a variable");
    std::size_t uses = static_cast<std::size_t>(std::count(graph.outputs.begin(), graph.outputs.end(), index));
    for (const Node& other : graph.nodes) {
        // In floats it may be set before the layer, and read behind it.
        if (type == Type::f32 && (other.op == "assign" || other.op == "copy")) continue;
        for (const auto* list : {&other.inputs, &other.outputs})
            uses += static_cast<std::size_t>(std::count(list->begin(), list->end(), index));
    }
    if (uses > 1) node.fail(index, "is the state of this layer and is used elsewhere", "give every layer a state of its own");
}

GateTables gate_tables(const NodeView& node, std::size_t weights, const std::size_t* biases, std::size_t gates,
                       const Quantisation& vector) {
    GateTables tables;
    for (std::size_t g = 0; g < gates; ++g) {
        if (!node.has_input(weights + g)) continue;
        const Tensor& w = node.input(weights + g);
        const auto values = w.as<std::int8_t>();
        ++tables.gates, tables.units = w.shape[0], tables.depth = w.shape[1];
        tables.weights.insert(tables.weights.end(), values.begin(), values.end());
        // In floats, as TensorFlow Lite computes it.
        const float scale = scale_of(w) * vector.scale.front();
        const Multiplier m = multiplier_of(double{scale} * steps_of_a_gate);
        tables.multiplier.push_back(m.value);
        tables.shift.push_back(static_cast<std::int8_t>(m.shift));
        const Tensor* bias = biases ? node.optional_input(*biases + g) : nullptr;
        const auto depth = static_cast<std::size_t>(tables.depth);
        for (std::size_t u = 0; u < static_cast<std::size_t>(tables.units); ++u) {
            std::uint32_t sum = 0;
            for (std::size_t k = 0; k < depth; ++k) sum += static_cast<std::uint32_t>(values[u * depth + k]);
            const std::uint32_t own = bias ? static_cast<std::uint32_t>(bias->as<std::int32_t>()[u]) : 0;
            tables.bias.push_back(static_cast<std::int32_t>(own - static_cast<std::uint32_t>(vector.zero_point.front()) * sum));
        }
    }
    return tables;
}

std::vector<std::int32_t> multipliers(const GateTables& input, const GateTables& state) {
    std::vector<std::int32_t> all = input.multiplier;
    all.insert(all.end(), state.multiplier.begin(), state.multiplier.end());
    return all;
}

std::vector<std::int8_t> shifts(const GateTables& input, const GateTables& state) {
    std::vector<std::int8_t> all = input.shift;
    all.insert(all.end(), state.shift.begin(), state.shift.end());
    return all;
}

std::vector<KernelTable> recurrent_tables(const GateTables& input, const GateTables& state) {
    const auto table = [](const char* name, Type type, const auto& values) { return kernel_table(name, type, std::span(values)); };
    return {table("input_weights", Type::i8, input.weights),           table("input_bias", Type::i32, input.bias),
            table("state_weights", Type::i8, state.weights),           table("state_bias", Type::i32, state.bias),
            table("multiplier", Type::i32, multipliers(input, state)), table("shift", Type::i8, shifts(input, state))};
}

GateFloats::GateFloats(const NodeView& node, std::size_t weights, std::size_t gates, const std::vector<std::size_t>& biases)
    : matrix([&] {
          const auto depth = static_cast<std::size_t>(first_given(node, weights, gates).shape[1]);
          const std::vector<float> all = concatenated(node, weights, gates);
          return PackedMatrix(all.data(), all.size() / depth, depth);
      }()),
      bias(matrix.outputs(), 0.0f) {
    const auto units = static_cast<std::size_t>(first_given(node, weights, gates).shape[0]);
    for (const std::size_t first : biases) {
        std::size_t at = 0;
        for (std::size_t g = 0; g < gates; ++g) {
            if (!node.has_input(weights + g)) continue;
            for (std::size_t u = 0; u < units && node.has_input(first + g); ++u) bias[at + u] += node.input(first + g).as<float>()[u];
            at += units;
        }
    }
}

}  // namespace mote::graph
