#include "graph/build.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <cstring>

namespace mote::graph {

int add_input(Graph& graph, std::string name, std::vector<int> shape) {
    const int index = graph.add_tensor({std::move(name), Type::f32, std::move(shape), {}, {}, false});
    graph.inputs.push_back(index);
    return index;
}

int add_constant(Graph& graph, std::string name, std::vector<int> shape, std::span<const float> values) {
    Tensor tensor{std::move(name), Type::f32, std::move(shape), {}, {}, false};
    if (tensor.count() != values.size())
        throw base::Error(
            "bad_input",
            "tensor \"" + tensor.name + "\" of shape " + text_of(tensor.shape) + " was given " + std::to_string(values.size()) + " values",
            "give one value for each place");
    tensor.data.resize(values.size_bytes());
    std::memcpy(tensor.data.data(), values.data(), values.size_bytes());
    return graph.add_tensor(std::move(tensor));
}

int append(Graph& graph, std::string_view op, std::string name, std::vector<int> inputs, base::Json attributes) {
    const Operator* type = find_operator(op);
    if (!type) {
        std::vector<std::string> names;
        for (const Operator* o : operators()) names.emplace_back(o->name);
        throw base::Error("bad_input", "there is no operator \"" + std::string(op) + "\"", base::did_you_mean(op, names));
    }
    Node node{std::string(op), std::move(name), std::move(inputs), {}, std::move(attributes)};
    for (const int i : node.inputs)
        if (i < -1 || i >= static_cast<int>(graph.tensors.size()))
            throw base::Error("bad_input", "node \"" + node.name + "\" names tensor " + std::to_string(i) + ", which does not exist",
                              "add the tensor first");
    const auto shapes = type->infer(graph, node);
    const Type output = graph.tensors[static_cast<std::size_t>(node.inputs.front())].type;
    const int index = graph.add_tensor({node.name, output, shapes.front(), {}, {}, false});
    node.outputs.push_back(index);
    graph.add_node(std::move(node));
    return index;
}

void remove_unused_tensors(Graph& graph) {
    std::vector<int> renumbered(graph.tensors.size(), -1);
    const auto each_index = [&](const auto& visit) {
        const auto all = [&](std::vector<int>& list) {
            for (int& i : list)
                if (i >= 0 && static_cast<std::size_t>(i) < renumbered.size()) visit(i);
        };
        all(graph.inputs);
        all(graph.outputs);
        for (Node& node : graph.nodes) all(node.inputs), all(node.outputs);
    };
    each_index([&](const int& i) { renumbered[static_cast<std::size_t>(i)] = 0; });
    std::vector<Tensor> kept;
    for (std::size_t i = 0; i < renumbered.size(); ++i) {
        if (renumbered[i] < 0) continue;
        renumbered[i] = static_cast<int>(kept.size());
        kept.push_back(std::move(graph.tensors[i]));
    }
    each_index([&](int& i) { i = renumbered[static_cast<std::size_t>(i)]; });
    graph.tensors = std::move(kept);
}

}  // namespace mote::graph
