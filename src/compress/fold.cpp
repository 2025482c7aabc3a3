#include "compress/fold.hpp"

#include "base/error.hpp"
#include "compress/fuse_layer_norm.hpp"
#include "graph/build.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::compress {

namespace {

using graph::Graph;
using graph::Node;
using graph::Tensor;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

int readers_of(const Graph& graph, int tensor) {
    int readers = static_cast<int>(std::count(graph.outputs.begin(), graph.outputs.end(), tensor));
    for (const Node& node : graph.nodes) readers += static_cast<int>(std::count(node.inputs.begin(), node.inputs.end(), tensor));
    return readers;
}

Node* writer_of(Graph& graph, int tensor) {
    for (Node& node : graph.nodes)
        if (std::find(node.outputs.begin(), node.outputs.end(), tensor) != node.outputs.end()) return &node;
    return nullptr;
}

bool has_weights(const Node& node) {
    return node.op == "conv_2d" || node.op == "depthwise_conv_2d" || node.op == "dense" || node.op == "transposed_conv_2d";
}

std::string activation_of(const Node& node) { return node.attributes.value("activation", std::string("none")); }

// Per channel: y = x * scale + offset.
struct Affine {
    std::vector<float> scale, offset;
};

Affine affine_of(const Graph& graph, const Node& norm) {
    const double epsilon = norm.attributes.value("epsilon", 1e-3);
    const auto values = [&](std::size_t i) { return graph.tensors[at(norm.inputs[i])].as<float>(); };
    const auto gamma = values(1), beta = values(2), mean = values(3), variance = values(4);
    Affine affine;
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        const double s = gamma[c] / std::sqrt(variance[c] + epsilon);
        affine.scale.push_back(static_cast<float>(s));
        affine.offset.push_back(static_cast<float>(beta[c] - mean[c] * s));
    }
    return affine;
}

// Constants may be shared between nodes, so the folded ones are new tensors.
void scale_layer(Graph& graph, Node& layer, const Affine& affine) {
    Tensor weights = graph.tensors[at(layer.inputs[1])];
    const std::size_t channels = affine.scale.size();
    const auto w = weights.as<float>();
    const bool last_axis = layer.op == "depthwise_conv_2d";
    const std::size_t rest = w.size() / channels;
    for (std::size_t i = 0; i < w.size(); ++i) w[i] *= affine.scale[last_axis ? i % channels : i / rest];
    std::vector<float> bias = affine.offset;
    const bool biased = layer.inputs.size() > 2 && layer.inputs[2] >= 0;
    for (std::size_t c = 0; biased && c < channels; ++c) bias[c] += graph.tensors[at(layer.inputs[2])].as<float>()[c] * affine.scale[c];
    const int weights_index = graph.add_tensor(std::move(weights));
    layer.inputs.resize(3);
    layer.inputs[1] = weights_index;
    layer.inputs[2] = graph::add_constant(graph, layer.name + "/bias", {static_cast<int>(channels)}, bias);
}

void to_depthwise(Graph& graph, Node& norm) {
    const Affine affine = affine_of(graph, norm);
    const int channels = static_cast<int>(affine.scale.size());
    const int weights = graph::add_constant(graph, norm.name + "/weights", {1, 1, 1, channels}, affine.scale);
    const int bias = graph::add_constant(graph, norm.name + "/bias", {channels}, affine.offset);
    norm.op = "depthwise_conv_2d";
    norm.inputs = {norm.inputs[0], weights, bias};
    norm.attributes = {{"padding", "valid"}, {"activation", "none"}, {"multiplier", 1}};
}

void replace_reads(Graph& graph, int from, int to) {
    for (Node& node : graph.nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
    std::replace(graph.outputs.begin(), graph.outputs.end(), from, to);
}

bool is_identity(Graph& graph, const Node& node) {
    const Tensor& x = graph.tensors[at(node.inputs.front())];
    const Tensor& y = graph.tensors[at(node.outputs.front())];
    const bool same = x.shape == y.shape && x.type == y.type && x.quantisation.scale == y.quantisation.scale &&
                      x.quantisation.zero_point == y.quantisation.zero_point;
    if (!same) return false;
    if (node.op == "reshape" || node.op == "pad") return true;
    const Node* before = writer_of(graph, node.inputs.front());
    if (node.op != "relu" || !before) return false;
    const std::string activation = activation_of(*before);
    return before->op == "relu" || before->op == "relu6" || activation == "relu" || activation == "relu6";
}

}  // namespace

bool standardises_input(const Graph& graph, std::size_t index) {
    // Forwards along the only reader of each result, as long as it is a batch_norm or reshape.
    if (graph.inputs.size() != 1) return false;
    std::size_t last = 0;
    bool found = false;
    std::vector<std::size_t> chain;
    int tensor = graph.inputs.front();
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const Node& node = graph.nodes[n];
        if (node.inputs.empty() || node.inputs.front() != tensor) continue;
        if ((node.op != "batch_norm" && node.op != "reshape") || readers_of(graph, tensor) != 1) break;
        chain.push_back(n);
        if (node.op == "batch_norm") last = chain.size(), found = true;
        tensor = node.outputs.front();
    }
    return found && std::find(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(last), index) !=
                        chain.begin() + static_cast<std::ptrdiff_t>(last);
}

Graph fold_batch_norm(Graph graph) {
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        if (graph.nodes[n].op != "batch_norm" || standardises_input(graph, n)) continue;
        Node& norm = graph.nodes[n];
        Node* layer = writer_of(graph, norm.inputs.front());
        const bool foldable =
            layer && has_weights(*layer) && activation_of(*layer) == "none" && readers_of(graph, norm.inputs.front()) == 1;
        if (!foldable) {
            if (graph.tensors[at(norm.inputs.front())].shape.size() == 4) to_depthwise(graph, norm);
            continue;
        }
        scale_layer(graph, *layer, affine_of(graph, norm));
        layer->outputs = norm.outputs;
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n--));
    }
    return graph;
}

Graph fuse_activations(Graph graph) {
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const Node& relu = graph.nodes[n];
        if (relu.op != "relu" && relu.op != "relu6") continue;
        Node* before = writer_of(graph, relu.inputs.front());
        const bool takes_activation =
            before && (has_weights(*before) || before->op == "add" || before->op == "average_pool_2d" || before->op == "max_pool_2d");
        if (!takes_activation || activation_of(*before) != "none" || readers_of(graph, relu.inputs.front()) != 1) continue;
        before->attributes["activation"] = relu.op;
        before->outputs = relu.outputs;
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n--));
    }
    return graph;
}

Graph drop_identities(Graph graph) {
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        if (!is_identity(graph, graph.nodes[n])) continue;
        const int from = graph.nodes[n].outputs.front(), to = graph.nodes[n].inputs.front();
        // A graph that is nothing but the identity keeps it: its output must be computed.
        const bool is_output = std::count(graph.outputs.begin(), graph.outputs.end(), from) > 0;
        if (is_output && std::count(graph.inputs.begin(), graph.inputs.end(), to) > 0) continue;
        replace_reads(graph, from, to);
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n--));
    }
    return graph;
}

Graph fold(Graph graph) {
    graph = drop_identities(fuse_activations(fold_batch_norm(fuse_layer_norm(drop_identities(std::move(graph))))));
    graph::remove_unused_tensors(graph);
    graph::verify(graph);
    return graph;
}

}  // namespace mote::compress
