// What the variants for cores without 16-bit multiply-accumulates share: weights for kernels that work on two sums in one word
// (nn/pairs.hpp).
#pragma once

#include "graph/quantised.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mote::graph {

inline constexpr IsaSet has_words_only{Isa::armv6m, Isa::armv7m};

/// One channel's weights, those of a block adding to at most 255 in magnitude, and what was taken from them for that.
struct LimitedWeights {
    struct Taken {
        std::size_t place = 0;
        int weight = 0;
    };
    std::vector<std::uint8_t> weights;  ///< plus 128
    std::vector<Taken> taken;
};
/// `weights` is a whole number of blocks.
LimitedWeights limited_weights(std::span<const std::int8_t> weights, std::size_t block);

}  // namespace mote::graph
