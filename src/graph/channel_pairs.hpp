// Weights for the kernels named channel_pairs.hpp in runtime/: dense layers and gates on cores without 16-bit multiply-accumulates.
#pragma once

#include "graph/pairs.hpp"
#include "graph/recurrent.hpp"

namespace mote::graph {

/// Rows four at a time as nn/dense/channel_pairs.hpp reads them; those missing to a multiple of 4 have weight 0.
struct ChannelPairs {
    std::vector<std::uint8_t> weights;
    std::vector<std::int16_t> excess;  ///< an entry and what it counts for each row
    std::size_t block = 0, cost = 0;   ///< instructions of one product on Armv7-M, about
};

/// Of weights [rows][depth], with blocks of 4 or 8 inputs.
ChannelPairs channel_pairs(std::span<const std::int8_t> weights, std::size_t rows, std::size_t depth, std::size_t block);

/// Whether the gates' sums and factors are within the bounds of nn/gates_channel_pairs.hpp, and a spread vector is not too large.
bool suits_channel_pairs(const GateTables& tables);

/// Tables as nn/gates_channel_pairs.hpp reads them.
struct GatePairs {
    GateTables tables;
    std::vector<std::int16_t> pairs;
    std::size_t scratch_bytes = 0;  ///< of the spread vector
};
GatePairs gate_pairs(const GateTables& tables);

/// The call of nn/FAMILY/channel_pairs.hpp for a layer of two matrices of gates.
void use_channel_pairs_gates(KernelCall& call, const std::string& family, const GateTables& input, const GateTables& state);

}  // namespace mote::graph
