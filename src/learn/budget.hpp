// What a float graph will take on the target once it is int8: estimated before anything is trained.
#pragma once

#include "graph/graph.hpp"
#include "learn/learner.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mote::learn {

/// Batch normalisation, reshape and activations behind a layer cost nothing: compression folds them away.
struct Footprint {
    std::uint64_t parameters = 0;   ///< weights and biases after folding
    std::uint64_t flash_bytes = 0;  ///< int8 weights, int32 biases, multiplier and shift a channel; without code
    std::uint64_t ram_bytes = 0;    ///< the float input and the largest sum of int8 activations alive at once
    std::uint64_t macs = 0;
};

/// `graph` has float tensors and batch 1 (what a learner builds).
Footprint estimate(const graph::Graph& graph);

/// "" when `footprint` fits `budget`, else what does not: "flash 61.2 KB of 50.0 KB".
std::string excess(const Footprint& footprint, const Budget& budget);

/// Builds the size asked for, or with size "auto" the largest that fits `budget`. `build` takes "small", "medium" or "large". Throws
/// base::Error "bad_input" naming what is too large when it does not fit.
graph::Graph build_size(std::string_view learner, std::string_view size, const Budget& budget,
                        const std::function<graph::Graph(std::string_view size)>& build);

}  // namespace mote::learn
