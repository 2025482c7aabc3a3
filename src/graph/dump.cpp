#include "graph/dump.hpp"

#include "base/text.hpp"
#include "graph/node_view.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

std::string described(const Tensor& t) {
    std::string text = (t.name.empty() ? std::string("?") : t.name) + " " + text_of(t.shape);
    if (t.is_constant()) return text;
    text += " " + std::string(name_of(t.type));
    if (t.quantisation.scale.size() != 1 || t.quantisation.zero_point.size() != 1) return text;
    const std::int32_t zero = t.quantisation.zero_point.front();
    return text + " " + base::exact(t.quantisation.scale.front()) + (zero < 0 ? " " : " +") + std::to_string(zero);
}

const Tensor& tensor(const Graph& graph, int i) { return graph.tensors[static_cast<std::size_t>(i)]; }

std::string padded(std::string text) {
    text.resize(std::max<std::size_t>(text.size() + 1, 5), ' ');
    return "  " + text;
}

}  // namespace

std::string to_text(const Graph& graph) {
    std::size_t constants = 0;
    for (const Tensor& t : graph.tensors) constants += t.data.size();
    std::string text = "graph " + graph.name + ": " + std::to_string(count_macs(graph)) + " multiply-accumulates, " +
                       std::to_string(constants) + " bytes of constants\n";
    for (const int i : graph.inputs) text += padded("in") + described(tensor(graph, i)) + "\n";
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const Node& node = graph.nodes[n];
        text += padded(std::to_string(n)) + node.op + " " + node.name;
        if (!node.attributes.empty()) text += " " + node.attributes.dump();
        std::string separator = ": ";
        for (const int i : node.inputs) {
            text += separator;
            text += i < 0 ? "-" : tensor(graph, i).is_constant() ? described(tensor(graph, i)) : tensor(graph, i).name;
            separator = ", ";
        }
        separator = " -> ";
        for (const int o : node.outputs) text += separator + described(tensor(graph, o)), separator = ", ";
        text += "\n";
    }
    for (const int o : graph.outputs) text += padded("out") + tensor(graph, o).name + "\n";
    return text;
}

}  // namespace mote::graph
