// Small graphs that several tests share.
#pragma once

#include "base/random.hpp"
#include "graph/build.hpp"
#include "graph/operator.hpp"

#include <string>
#include <vector>

namespace mote::graph::testing {

inline std::vector<float> random_values(base::Random& random, std::size_t count, double spread = 1.0) {
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(spread * random.normal());
    return values;
}

inline int random_constant(Graph& graph, base::Random& random, const std::string& name, const std::vector<int>& shape,
                           double spread = 1.0) {
    std::size_t count = 1;
    for (const int d : shape) count *= static_cast<std::size_t>(d);
    return add_constant(graph, name, shape, random_values(random, count, spread));
}

/// conv + batch norm + relu, depthwise, add, pooling, dense, softmax: [1, 8, 6, 3] -> [1, 4].
inline Graph small_network(std::uint64_t seed) {
    base::Random random(seed);
    Graph g;
    g.name = "small";
    const int x = add_input(g, "x", {1, 8, 6, 3});
    const auto constant = [&](const std::string& name, const std::vector<int>& shape, double spread) {
        return random_constant(g, random, name, shape, spread);
    };
    int y = append(g, "conv_2d", "conv", {x, constant("conv/w", {8, 3, 3, 3}, 0.3), constant("conv/b", {8}, 0.1)}, {{"padding", "same"}});
    std::vector<float> variance = random_values(random, 8);
    for (float& v : variance) v = v * v + 0.1f;
    y = append(
        g, "batch_norm", "norm",
        {y, constant("gamma", {8}, 1), constant("beta", {8}, 0.2), constant("mean", {8}, 0.2), add_constant(g, "variance", {8}, variance)});
    const int skip = append(g, "relu", "relu", {y});
    y = append(g, "depthwise_conv_2d", "depthwise", {skip, constant("dw/w", {1, 3, 3, 8}, 0.4), constant("dw/b", {8}, 0.1)},
               {{"padding", "same"}, {"activation", "relu6"}});
    y = append(g, "add", "skip", {y, skip}, {{"activation", "relu"}});
    y = append(g, "max_pool_2d", "pool", {y}, {{"kernel_h", 2}, {"kernel_w", 2}, {"stride_h", 2}, {"stride_w", 2}});
    y = append(g, "average_pool_2d", "mean", {y}, {{"kernel_h", 4}, {"kernel_w", 3}});
    y = append(g, "reshape", "flat", {y}, {{"shape", {1, 8}}});
    y = append(g, "dense", "dense", {y, constant("dense/w", {4, 8}, 0.7), constant("dense/b", {4}, 0.1)});
    y = append(g, "softmax", "softmax", {y});
    g.outputs = {y};
    return g;
}

inline std::span<const float> as_floats(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

}  // namespace mote::graph::testing
