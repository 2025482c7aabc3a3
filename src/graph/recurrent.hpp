// What recurrent layers share: the weights of their gates, and the state that goes from step to step.
#pragma once

#include "graph/float_kernels.hpp"
#include "graph/kernel_call.hpp"
#include "graph/node_view.hpp"
#include "graph/quantised.hpp"

#include <span>
#include <string>
#include <vector>

namespace mote::graph {

/// Sizes of a layer over x [1, steps, inputs].
struct RecurrentShape {
    int steps = 0, inputs = 0, units = 0;
};

/// From input 0 and the first given one of the weights [units, inputs] that begin at input `weights`.
RecurrentShape recurrent_shape(const NodeView& node, std::size_t weights, std::size_t gates);

/// Checks the inputs from `first` on, one a gate: constants of this shape, f32, or i8 with one scale and zero point 0. Of the gates, the
/// first may be absent where `may_lack_first`.
void require_gate_weights(const NodeView& node, std::size_t first, std::size_t gates, const std::vector<int>& shape, bool may_lack_first);
/// The same for biases [units]: f32, or i32 where the layer is i8; each may be absent.
void require_gate_biases(const NodeView& node, std::size_t first, std::size_t gates, int units);
/// Input i is the state that the layer starts from, [1, count], of this type: a constant, or a variable that this node alone uses and
/// leaves its last state in.
void require_state(const Graph& graph, const NodeView& node, std::size_t i, int count, Type type);

/// The weights of all given gates of one matrix, one behind the other: what nn/gates.hpp calls its tables.
struct GateTables {
    std::vector<std::int8_t> weights;
    std::vector<std::int32_t> bias;
    std::vector<std::int32_t> multiplier;
    std::vector<std::int8_t> shift;
    int gates = 0, units = 0, depth = 0;
};
/// Weights from input `weights` on, biases from input `biases` on (nullptr: none), for a vector stored with this scale and zero point.
GateTables gate_tables(const NodeView& node, std::size_t weights, const std::size_t* biases, std::size_t gates, const Quantisation& vector);
/// Multipliers, and shifts, of both.
std::vector<std::int32_t> multipliers(const GateTables& input, const GateTables& state);
std::vector<std::int8_t> shifts(const GateTables& input, const GateTables& state);

/// weights and bias of both, multipliers and shifts: what every reference kernel of a recurrent layer takes.
std::vector<KernelTable> recurrent_tables(const GateTables& input, const GateTables& state);

/// All given gates of one matrix as floats, and their biases (several sets are added up).
struct GateFloats {
    GateFloats(const NodeView& node, std::size_t weights, std::size_t gates, const std::vector<std::size_t>& biases);
    PackedMatrix matrix;
    std::vector<float> bias;
};

}  // namespace mote::graph
