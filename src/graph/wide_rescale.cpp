#include "graph/wide_rescale.hpp"

namespace mote::graph {

KernelTable wide_rescale(const LayerTables& tables) {
    const bool ties = tables.range.low < tables.out_zero_point;
    std::vector<std::int32_t> words;
    for (std::size_t c = 0; c < tables.bias.size(); ++c) {
        const std::size_t q = tables.per_channel ? c : 0;
        const std::int64_t doubled = 2 * std::int64_t{tables.multiplier[q]};
        const std::int32_t right = -tables.shift[q], half_and_zero = (2 * tables.out_zero_point + 1) * (std::int32_t{1} << (right - 1));
        std::uint64_t start = static_cast<std::uint64_t>(tables.bias[c] * doubled) + (std::uint64_t{1} << 31);
        if (!ties) start += static_cast<std::uint64_t>(half_and_zero) << 32;
        words.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(doubled)));
        words.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(start)));
        words.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(start >> 32)));
        words.push_back(right);
        words.push_back(ties ? half_and_zero : 0);
    }
    return kernel_table("factors", Type::i32, std::span<const std::int32_t>(words));
}

}  // namespace mote::graph
