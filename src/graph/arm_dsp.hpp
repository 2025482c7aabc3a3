// What the variants named arm_dsp.cpp in graph/variants share. The layouts of their weights are written at the kernels in runtime/.
#pragma once

#include "graph/quantised.hpp"
#include "graph/recurrent.hpp"

namespace mote::graph {

/// The order in which kernels read four values: the even and the odd bytes of a word.
inline constexpr std::size_t arm_dsp_order[4] = {0, 2, 1, 3};

/// Whether sums and shifts stay within what these kernels' short rescaling is exact for. Channels lie along the first axis of the weights
/// [channels][rest], or along the last, [rest][channels].
bool suits_arm_dsp(const LayerTables& tables, bool channels_last);

/// weights, bias, multiplier and shift as nn/dense/arm_dsp.hpp reads them, of a layer with `in_c` inputs.
std::vector<KernelTable> arm_dsp_dense_tables(const LayerTables& tables, std::size_t in_c);

/// The same for the gates of a recurrent layer (nn/gates_arm_dsp.hpp).
bool suits_arm_dsp(const GateTables& tables);
/// The tables with weights and bias as nn/gates_arm_dsp.hpp reads them.
GateTables arm_dsp_gates(const GateTables& tables);
/// Scratch memory for the vectors of both matrices.
std::size_t arm_dsp_gates_bytes(const GateTables& input, const GateTables& state);

/// The call of nn/FAMILY/arm_dsp.hpp for a layer of two matrices of gates.
void use_arm_dsp_gates(KernelCall& call, const std::string& family, const GateTables& input, const GateTables& state);

/// Four bytes, the lowest first.
void append_word(std::vector<std::int8_t>& to, std::uint32_t word);

}  // namespace mote::graph
