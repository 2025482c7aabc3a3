#include "graph/unsigned_ends.hpp"

#include "graph/build.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

constexpr const char* conversion = "requantise";

std::size_t at(int i) { return static_cast<std::size_t>(i); }

void shift(Tensor& t, Type type) {
    for (std::int32_t& z : t.quantisation.zero_point) z += type == Type::u8 ? 128 : -128;
    t.type = type;
}

bool reads(const Node& node, int tensor) { return std::find(node.inputs.begin(), node.inputs.end(), tensor) != node.inputs.end(); }

bool is_output(const Graph& graph, int tensor) {
    return std::find(graph.outputs.begin(), graph.outputs.end(), tensor) != graph.outputs.end();
}

/// A tensor with the same reals as the i8 one, which gives it its name.
int add_end(Graph& graph, int tensor) {
    Tensor end = graph.tensors[at(tensor)];
    shift(end, Type::u8);
    graph.tensors[at(tensor)].name += "/int8";
    return graph.add_tensor(std::move(end));
}

Node flip(const Graph& graph, int from, int to) { return {conversion, graph.tensors[at(to)].name, {from}, {to}, base::Json::object()}; }

}  // namespace

void make_unsigned_input(Graph& graph, int tensor) {
    const bool all_convert = !is_output(graph, tensor) && std::all_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& n) {
        return n.op == conversion || !reads(n, tensor);
    });
    if (all_convert) return shift(graph.tensors[at(tensor)], Type::u8);
    const int end = add_end(graph, tensor);
    std::replace(graph.inputs.begin(), graph.inputs.end(), tensor, end);
    graph.nodes.insert(graph.nodes.begin(), flip(graph, end, tensor));
}

void make_unsigned_output(Graph& graph, int tensor, std::vector<int>& followed) {
    const auto writes = [&](const Node& n) { return n.outputs.front() == tensor; };
    const auto writer = std::find_if(graph.nodes.begin(), graph.nodes.end(), writes);
    const bool is_read = std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& n) { return reads(n, tensor); });
    if (writer != graph.nodes.end() && writer->op == conversion && !is_read) return shift(graph.tensors[at(tensor)], Type::u8);
    const int end = add_end(graph, tensor);
    std::replace(graph.outputs.begin(), graph.outputs.end(), tensor, end);
    std::replace(followed.begin(), followed.end(), tensor, end);
    graph.add_node(flip(graph, tensor, end));
}

Graph with_signed_ends(Graph graph) {
    for (std::vector<int>* ends : {&graph.inputs, &graph.outputs})
        for (const int end : *ends)
            if (graph.tensors[at(end)].type == Type::u8) shift(graph.tensors[at(end)], Type::i8);
    // Between tensors of one scale and zero point a conversion does nothing.
    const auto does_nothing = [&](const Node& n) {
        if (n.op != conversion) return false;
        const Tensor &x = graph.tensors[at(n.inputs[0])], &y = graph.tensors[at(n.outputs[0])];
        return x.type == Type::i8 && y.type == Type::i8 && x.quantisation.scale == y.quantisation.scale &&
               x.quantisation.zero_point == y.quantisation.zero_point;
    };
    const auto is_input = [&](int tensor) { return std::find(graph.inputs.begin(), graph.inputs.end(), tensor) != graph.inputs.end(); };
    std::vector<Node> kept;
    for (Node& node : graph.nodes) {
        const bool idle = does_nothing(node);
        const int from = node.inputs.empty() ? -1 : node.inputs[0], to = node.outputs[0];
        if (idle && is_input(from) && !is_output(graph, to)) {
            for (Node& reader : graph.nodes) std::replace(reader.inputs.begin(), reader.inputs.end(), to, from);
        } else if (idle && is_output(graph, to) && !is_input(from)) {
            std::replace(graph.outputs.begin(), graph.outputs.end(), to, from);
        } else {
            kept.push_back(node);
        }
    }
    graph.nodes = std::move(kept);
    remove_unused_tensors(graph);
    return graph;
}

}  // namespace mote::graph
