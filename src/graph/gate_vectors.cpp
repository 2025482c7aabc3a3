#include "graph/gate_vectors.hpp"

#include <algorithm>

namespace mote::graph {

bool suits_vectors(const GateTables& tables) {
    return std::all_of(tables.shift.begin(), tables.shift.end(), [](std::int8_t s) { return s >= -31 && s <= 7; });
}

bool suits_neon(const GateTables& tables) {
    return std::find(tables.weights.begin(), tables.weights.end(), std::int8_t{-128}) == tables.weights.end();
}

GateTables vector_gates(const GateTables& tables) {
    constexpr std::size_t group = 4, chunk = 16;
    const auto units = static_cast<std::size_t>(tables.units), depth = static_cast<std::size_t>(tables.depth);
    GateTables result = tables;
    result.weights.clear(), result.bias.clear();
    for (std::size_t first = 0; first < tables.bias.size(); first += units) {
        for (std::size_t row = 0; row < units; row += group)
            for (std::size_t k = 0; k < depth; k += chunk)
                for (std::size_t r = row; r < row + group; ++r)
                    for (std::size_t i = k; i < k + chunk; ++i)
                        result.weights.push_back(r < units && i < depth ? tables.weights[(first + r) * depth + i] : std::int8_t{0});
        const auto begin = tables.bias.begin() + static_cast<std::ptrdiff_t>(first);
        result.bias.insert(result.bias.end(), begin, begin + tables.units);
        result.bias.resize(rounded_up(result.bias.size(), group), 0);
    }
    return result;
}

void use_vector_gates(KernelCall& call, const std::string& family, const GateTables& input, const GateTables& state) {
    call.use(family, "vector");
    call.tables = recurrent_tables(vector_gates(input), vector_gates(state));
    call.scratch_bytes = rounded_up(call.scratch_bytes, 4) + rounded_up(static_cast<std::size_t>(std::max(input.depth, state.depth)), 16);
}

}  // namespace mote::graph
