#include "graph/channel_pairs.hpp"

#include "mote/rt/nn/dense/channel_pairs.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace mote::graph {

ChannelPairs channel_pairs(std::span<const std::int8_t> weights, std::size_t rows, std::size_t depth, std::size_t block) {
    // Instructions of a block of four rows, and of a weight that was taken.
    const std::size_t of_block = block == 8 ? 48 : 29, of_taken = 8, padded_depth = rounded_up(depth, block);
    ChannelPairs result;
    result.block = block;
    result.weights.assign(rounded_up(rows, 4) * padded_depth, 128);
    result.cost = result.weights.size() / (4 * block) * of_block;
    for (std::size_t c = 0; c < rows; ++c) {
        const auto row = weights.subspan(c * depth, depth);
        std::vector<std::int8_t> values(row.begin(), row.end());
        values.resize(padded_depth, 0);
        const LimitedWeights limited = limited_weights(values, block);
        constexpr std::size_t byte_of_row[4] = {0, 2, 1, 3};
        for (std::size_t k = 0; k < padded_depth; ++k)
            result.weights[c / 4 * 4 * padded_depth + 4 * k + byte_of_row[c % 4]] = limited.weights[k];
        result.excess.push_back(static_cast<std::int16_t>(limited.taken.size()));
        for (const auto& t : limited.taken) {
            result.excess.push_back(static_cast<std::int16_t>(t.place + t.place / block + 1));
            result.excess.push_back(static_cast<std::int16_t>(t.weight));
        }
        result.cost += limited.taken.size() * of_taken;
    }
    return result;
}

namespace {

std::vector<ChannelPairs> pairs_of_gates(const GateTables& t, std::size_t block) {
    const auto units = static_cast<std::size_t>(t.units), depth = static_cast<std::size_t>(t.depth);
    std::vector<ChannelPairs> gates;
    for (std::size_t g = 0; g < static_cast<std::size_t>(t.gates); ++g)
        gates.push_back(channel_pairs(std::span(t.weights).subspan(g * units * depth, units * depth), units, depth, block));
    return gates;
}

std::vector<ChannelPairs> pairs_of_gates(const GateTables& t) {
    std::vector<ChannelPairs> four = pairs_of_gates(t, 4), eight = pairs_of_gates(t, 8);
    const auto cost = [](const auto& gates) {
        std::size_t sum = 0;
        for (const ChannelPairs& gate : gates) sum += gate.cost;
        return sum;
    };
    return cost(eight) <= cost(four) ? eight : four;
}

/// What was taken, for each four rows together.
std::vector<std::int16_t> of_fours(const std::vector<std::int16_t>& excess, std::size_t rows) {
    std::vector<std::int16_t> result;
    std::size_t at = 0, count_at = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        if (row % 4 == 0) count_at = result.size(), result.push_back(0);
        const std::int16_t count = excess[at++];
        result[count_at] = static_cast<std::int16_t>(result[count_at] + count);
        for (std::int16_t i = 0; i < count; ++i, at += 2)
            result.insert(result.end(), {static_cast<std::int16_t>(row % 4), excess[at], excess[at + 1]});
    }
    return result;
}

std::vector<std::int16_t> pairs_table(const std::vector<ChannelPairs>& gates, std::size_t units) {
    std::vector<std::int16_t> pairs = {static_cast<std::int16_t>(gates.front().block)}, lists;
    for (const ChannelPairs& gate : gates) {
        pairs.push_back(static_cast<std::int16_t>(1 + gates.size() + lists.size()));
        const auto fours = of_fours(gate.excess, units);
        lists.insert(lists.end(), fours.begin(), fours.end());
    }
    pairs.insert(pairs.end(), lists.begin(), lists.end());
    return pairs;
}

/// What the totals of four rows begin with.
std::vector<std::int32_t> starts(std::span<const std::int32_t> bias, std::size_t blocks) {
    std::vector<std::int32_t> values(bias.begin(), bias.end());
    values.resize(rounded_up(bias.size(), 4), 0);
    for (std::size_t row = 0; row < values.size(); row += 2)
        values[row] =
            static_cast<std::int32_t>(static_cast<std::uint32_t>(values[row]) + (static_cast<std::uint32_t>(values[row + 1]) << 16) -
                                      static_cast<std::uint32_t>(blocks) * rt::nn::pair_half);
    return values;
}

}  // namespace

bool suits_channel_pairs(const GateTables& tables) {
    const auto units = static_cast<std::size_t>(tables.units), depth = static_cast<std::size_t>(tables.depth);
    constexpr std::int64_t limit = std::int64_t{1} << 29;
    for (std::size_t row = 0; row < tables.bias.size(); ++row) {
        const std::size_t gate = row / units;
        const int shift = tables.shift[gate];
        if (tables.multiplier[gate] < std::int32_t{1} << 30 || shift < -14 || shift > 7) return false;
        std::int64_t most = std::abs(std::int64_t{tables.bias[row]});
        for (std::size_t k = 0; k < depth; ++k) most += 128 * std::abs(int{tables.weights[row * depth + k]});
        if (most << std::max(shift + 1, 0) >= limit) return false;
    }
    return static_cast<std::size_t>(rt::nn::dense_spread_words(tables.depth, 4)) * sizeof(std::uint32_t) <= most_scratch_bytes &&
           pairs_table(pairs_of_gates(tables), units).size() <= std::numeric_limits<std::int16_t>::max();
}

GatePairs gate_pairs(const GateTables& tables) {
    const std::vector<ChannelPairs> gates = pairs_of_gates(tables);
    const auto units = static_cast<std::size_t>(tables.units), depth = static_cast<std::size_t>(tables.depth), block = gates.front().block;
    GatePairs result{tables, pairs_table(gates, units), 0};
    result.tables.weights.clear(), result.tables.bias.clear();
    for (std::size_t g = 0; g < gates.size(); ++g) {
        for (const std::uint8_t w : gates[g].weights) result.tables.weights.push_back(static_cast<std::int8_t>(w));
        const auto begin = starts(std::span(tables.bias).subspan(g * units, units), (depth + block - 1) / block);
        result.tables.bias.insert(result.tables.bias.end(), begin.begin(), begin.end());
    }
    result.scratch_bytes =
        static_cast<std::size_t>(rt::nn::dense_spread_words(tables.depth, static_cast<std::int32_t>(block))) * sizeof(std::uint32_t);
    return result;
}

void use_channel_pairs_gates(KernelCall& call, const std::string& family, const GateTables& input, const GateTables& state) {
    const GatePairs in = gate_pairs(input), own = gate_pairs(state);
    call.use(family, "channel_pairs");
    call.tables = recurrent_tables(in.tables, own.tables);
    call.tables.push_back(kernel_table("input_pairs", Type::i16, std::span<const std::int16_t>(in.pairs)));
    call.tables.push_back(kernel_table("state_pairs", Type::i16, std::span<const std::int16_t>(own.pairs)));
    call.scratch_bytes = rounded_up(call.scratch_bytes, 4) + std::max(in.scratch_bytes, own.scratch_bytes);
}

}  // namespace mote::graph
