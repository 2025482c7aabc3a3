#include "graph/walk.hpp"

#include <algorithm>

namespace mote::graph {

std::vector<std::int64_t> row_major_steps(const std::vector<int>& shape) {
    std::vector<std::int64_t> steps(shape.size(), 1);
    for (std::size_t d = shape.size(); d-- > 1;) steps[d - 1] = steps[d] * shape[d];
    return steps;
}

std::vector<int> broadcast_shape(const NodeView& node) {
    std::vector<int> longer = node.input(0).shape, shorter = node.input(1).shape;
    if (longer.size() < shorter.size()) std::swap(longer, shorter);
    const std::size_t lead = longer.size() - shorter.size();
    std::uint64_t count = 1;
    for (std::size_t d = 0; d < longer.size(); ++d) {
        const int other = d < lead ? 1 : shorter[d - lead];
        if (longer[d] != other && longer[d] != 1 && other != 1)
            node.fail("has inputs of shapes " + text_of(node.input(0).shape) + " and " + text_of(node.input(1).shape),
                      "sizes must be equal or 1, counted from the last dimension");
        longer[d] = std::max(longer[d], other);
        count *= static_cast<std::uint64_t>(longer[d]);
        if (count > (std::uint64_t{1} << 28)) node.fail("gives too many values", "make the inputs smaller");
    }
    return longer;
}

Walk<2> broadcast_walk(const NodeView& node) {
    const std::vector<int> shape = broadcast_shape(node);
    std::array<std::vector<std::int64_t>, 2> steps;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& own = node.input(i).shape;
        const std::size_t lead = shape.size() - own.size();
        const auto own_steps = row_major_steps(own);
        for (std::size_t d = 0; d < shape.size(); ++d)
            steps[i].push_back(d < lead || (own[d - lead] == 1 && shape[d] != 1) ? 0 : own_steps[d - lead]);
    }
    return make_walk(node, shape, steps);
}

}  // namespace mote::graph
