// What the variants named helium.cpp in graph/variants share. The layouts of their weights are written at the kernels in runtime/.
#pragma once

#include "graph/quantised.hpp"

namespace mote::graph {

/// Whether all shifts are such as these kernels' rescaling is exact for: in [-31, -1].
bool suits_helium(const LayerTables& tables);

/// The table of rt/nn/mve_rows.hpp, from weights [channels][depth].
KernelTable helium_rows(const LayerTables& tables);

template <class T>
void append_value(base::Bytes& to, T value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace mote::graph
