#include "graph/vector.hpp"

#include <algorithm>

namespace mote::graph {

bool suits_vectors(const LayerTables& tables) {
    return std::all_of(tables.shift.begin(), tables.shift.end(), [](std::int8_t s) { return s >= -31 && s <= -1; });
}

bool suits_neon(const LayerTables& tables) {
    return std::find(tables.weights.begin(), tables.weights.end(), std::int8_t{-128}) == tables.weights.end();
}

void append_rescaling(KernelTable& packed, const LayerTables& tables, std::size_t first, std::size_t count) {
    const std::size_t channels = tables.bias.size(), end = first + count;
    const auto of = [&](const auto& values, std::size_t channel) { return values[tables.per_channel ? channel : 0]; };
    for (std::size_t c = first; c < end; ++c) append_value(packed.data, c < channels ? tables.bias[c] : 0);
    for (std::size_t c = first; c < end; ++c) append_value(packed.data, c < channels ? of(tables.multiplier, c) : 0);
    for (std::size_t c = first; c < end; ++c) append_value(packed.data, c < channels ? of(tables.shift, c) : std::int8_t{-1});
}

KernelTable vector_rows_table(const LayerTables& tables) {
    constexpr std::size_t group = 4, chunk = 16;
    const std::size_t channels = tables.bias.size(), depth = tables.weights.size() / channels;
    KernelTable packed{"weights", Type::i8, {}};
    for (std::size_t first = 0; first < channels; first += group) {
        for (std::size_t k = 0; k < depth; k += chunk)
            for (std::size_t c = first; c < first + group; ++c)
                for (std::size_t i = k; i < k + chunk; ++i)
                    append_value(packed.data, c < channels && i < depth ? tables.weights[c * depth + i] : std::int8_t{0});
        append_rescaling(packed, tables, first, group);
    }
    return packed;
}

}  // namespace mote::graph
