#include "graph/fold_constants.hpp"

#include "graph/build.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <array>

namespace mote::graph {

bool may_be_computed_ahead(std::string_view op) {
    constexpr std::array<std::string_view, 9> stay = {
        "conv_2d", "depthwise_conv_2d", "dense", "transposed_conv_2d", "batch_matmul", "lstm", "gru", "assign", "svdf"};
    return std::find(stay.begin(), stay.end(), op) == stay.end();
}

bool follows_from_constants(const Graph& graph, const Node& node) {
    if (node.inputs.empty() || node.outputs.size() != 1 || !may_be_computed_ahead(node.op)) return false;
    return std::all_of(node.inputs.begin(), node.inputs.end(),
                       [&](int i) { return i >= 0 && graph.tensors[static_cast<std::size_t>(i)].is_constant(); });
}

base::Bytes computed_ahead(const Graph& graph, const Node& node) {
    Graph alone;
    const int nothing = alone.add_tensor({"nothing", Type::f32, {1}, {}, {}, false});  // a graph has an input
    alone.inputs = {nothing};
    Node copy{node.op, node.name, {}, {}, node.attributes};
    for (const int i : node.inputs) copy.inputs.push_back(alone.add_tensor(graph.tensors[static_cast<std::size_t>(i)]));
    copy.outputs = {alone.add_tensor(graph.tensors[static_cast<std::size_t>(node.outputs.front())])};
    alone.outputs = copy.outputs;
    alone.add_node(std::move(copy));
    verify(alone);
    Evaluator evaluator(alone);
    const auto bytes = evaluator.run(base::Bytes(sizeof(float)));
    return {bytes.begin(), bytes.end()};
}

Graph fold_constants(Graph graph) {
    std::vector<Node> kept;
    for (Node& node : graph.nodes) {
        const bool is_output = std::find(graph.outputs.begin(), graph.outputs.end(), node.outputs.front()) != graph.outputs.end();
        if (is_output || !follows_from_constants(graph, node)) {
            kept.push_back(std::move(node));
            continue;
        }
        base::Bytes bytes = computed_ahead(graph, node);
        graph.tensors[static_cast<std::size_t>(node.outputs.front())].data = std::move(bytes);
    }
    graph.nodes = std::move(kept);
    remove_unused_tensors(graph);
    verify(graph);
    return graph;
}

}  // namespace mote::graph
