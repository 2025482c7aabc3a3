// What the variants for wide vectors in graph/variants share: Helium, NEON, AVX2. The layouts of their weights are written at the kernels
// in runtime/.
#pragma once

#include "graph/quantised.hpp"

namespace mote::graph {

/// Whether all shifts are such as these kernels' rescaling is exact for: in [-31, -1].
bool suits_vectors(const LayerTables& tables);

/// Whether no weight is -128, whose square NEON's kernels cannot add up.
bool suits_neon(const LayerTables& tables);

/// The table of rt/nn/vector_rows.hpp, from weights [channels][depth].
KernelTable vector_rows_table(const LayerTables& tables);

/// Biases (int32), multipliers (int32), shifts (int8) of `count` output channels, harmless ones where there are not so many.
void append_rescaling(KernelTable& packed, const LayerTables& tables, std::size_t first, std::size_t count);

template <class T>
void append_value(base::Bytes& to, T value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace mote::graph
