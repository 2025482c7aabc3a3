// What follows from constants is computed once, and the outputs stay the same bytes.
#include "graph/fold_constants.hpp"
#include "graph/models.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mote::graph {
namespace {

using testing::random_constant;
using testing::random_values;

std::vector<std::string> ops(const Graph& graph) {
    std::vector<std::string> names;
    for (const Node& node : graph.nodes) names.push_back(node.op);
    return names;
}

TEST(FoldConstants, ABranchOfConstantsBecomesOne) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        base::Random random(seed);
        Graph graph = testing::small_network(seed);
        // weights' = transpose(tanh(a) + exp(b)), where both are constants, added to what the network gives.
        const int a = random_constant(graph, random, "a", {4, 1}), b = random_constant(graph, random, "b", {4, 1});
        int branch = append(graph, "add", "sum", {append(graph, "tanh", "tanh", {a}), append(graph, "exp", "exp", {b})});
        branch = append(graph, "transpose", "turned", {branch}, {{"permutation", {1, 0}}});
        graph.outputs = {append(graph, "mul", "both", {graph.outputs.front(), branch})};
        verify(graph);
        const Graph folded = fold_constants(graph);
        EXPECT_EQ(folded.nodes.size(), graph.nodes.size() - 4);
        const auto x = random_values(random, graph.input().count());
        Evaluator before(graph), after(folded);
        EXPECT_TRUE(std::ranges::equal(before.run(std::as_bytes(std::span(x))), after.run(std::as_bytes(std::span(x)))));
    }
}

TEST(FoldConstants, LayersAndOutputsStay) {
    Graph graph;
    base::Random random(1);
    const int x = add_input(graph, "x", {1, 3}), c = random_constant(graph, random, "c", {1, 3});
    const int product =
        append(graph, "dense", "dense", {c, random_constant(graph, random, "w", {2, 3}), random_constant(graph, random, "b", {2})});
    const int known = append(graph, "relu", "known", {c});
    graph.outputs = {append(graph, "relu", "relu", {x}), product, known};
    const Graph folded = fold_constants(graph);
    EXPECT_EQ(ops(folded), (std::vector<std::string>{"dense", "relu", "relu"}));
    EXPECT_EQ(folded.outputs.size(), 3u);
}

TEST(FoldConstants, VariablesAreNoConstants) {
    Graph graph;
    const int x = add_input(graph, "x", {1, 3});
    Tensor state{"state", Type::f32, {1, 3}, {}, {}, true};
    const int variable = graph.add_tensor(state);
    graph.outputs = {append(graph, "add", "sum", {x, append(graph, "tanh", "tanh", {variable})})};
    graph.add_node({"assign", "state", {x}, {variable}});
    EXPECT_EQ(fold_constants(graph).nodes.size(), 3u);
}

}  // namespace
}  // namespace mote::graph
