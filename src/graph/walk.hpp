// How operators that read their inputs in another order than they write their output go through them: sizes and steps of up to 6
// dimensions (rt/nn/walk.hpp).
#pragma once

#include "graph/node_view.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace mote::graph {

inline constexpr std::size_t walk_rank = 6;

/// Steps from one index to the next along each dimension of a row-major tensor, in values.
std::vector<std::int64_t> row_major_steps(const std::vector<int>& shape);

/// Output sizes and, for each of some inputs, the steps that go with them.
template <std::size_t inputs>
struct Walk {
    std::array<std::int32_t, walk_rank> size;
    std::array<std::array<std::int32_t, walk_rank>, inputs> step;
};

/// Dimensions that every input goes through as one become one, so that few loops are left. Throws through `node` when more than 6 are.
template <std::size_t inputs>
Walk<inputs> make_walk(const NodeView& node, const std::vector<int>& shape, const std::array<std::vector<std::int64_t>, inputs>& steps) {
    std::vector<std::int64_t> sizes;
    std::array<std::vector<std::int64_t>, inputs> kept;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        if (shape[d] == 1) continue;
        bool joins = !sizes.empty();
        for (std::size_t i = 0; i < inputs; ++i) joins = joins && kept[i].back() == steps[i][d] * shape[d];
        if (!joins) {
            sizes.push_back(shape[d]);
            for (std::size_t i = 0; i < inputs; ++i) kept[i].push_back(steps[i][d]);
            continue;
        }
        sizes.back() *= shape[d];
        for (std::size_t i = 0; i < inputs; ++i) kept[i].back() = steps[i][d];
    }
    if (sizes.size() > walk_rank)
        node.fail("goes through more than " + std::to_string(walk_rank) + " dimensions", "reshape its inputs to fewer");
    Walk<inputs> walk;
    walk.size.fill(1);
    for (auto& step : walk.step) step.fill(0);
    const std::size_t first = walk_rank - sizes.size();
    for (std::size_t d = 0; d < sizes.size(); ++d) {
        walk.size[first + d] = static_cast<std::int32_t>(sizes[d]);
        for (std::size_t i = 0; i < inputs; ++i) walk.step[i][first + d] = static_cast<std::int32_t>(kept[i][d]);
    }
    return walk;
}

/// Shape of inputs 0 and 1 repeated along each other's dimensions of size 1, aligned at the last one. Throws where they do not fit.
std::vector<int> broadcast_shape(const NodeView& node);
/// Inputs 0 and 1 over that shape.
Walk<2> broadcast_walk(const NodeView& node);

}  // namespace mote::graph
