// Weights of gates for cores with wide vectors: the tables of nn/gates_vector.hpp.
#pragma once

#include "graph/recurrent.hpp"

namespace mote::graph {

/// Whether all shifts are in [-31, 7].
bool suits_vectors(const GateTables& tables);
/// Whether no weight is -128, whose square NEON's kernels cannot add up.
bool suits_neon(const GateTables& tables);

/// The tables with weights and bias as nn/gates_vector.hpp reads them.
GateTables vector_gates(const GateTables& tables);

/// The call of nn/FAMILY/vector.hpp for a layer of two matrices of gates.
void use_vector_gates(KernelCall& call, const std::string& family, const GateTables& input, const GateTables& state);

}  // namespace mote::graph
