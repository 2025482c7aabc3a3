// The tables of nn/split_rescale.hpp.
#pragma once

#include "graph/quantised.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace mote::graph {

struct SplitRescale {
    int split_bits = 0;
    std::vector<std::int32_t> bias;     ///< an entry a channel
    std::vector<std::int32_t> factors;  ///< entries of 4 or 6 words
};

/// Nothing where no line gives the bytes of the reference for all sums below 2^30 (factors below about 2^-14), or a shift is not negative.
std::optional<SplitRescale> split_rescale(const LayerTables& tables);

}  // namespace mote::graph
