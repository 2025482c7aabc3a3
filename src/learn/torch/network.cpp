#include "learn/torch/network.hpp"

#include "base/error.hpp"
#include "learn/torch/operators.hpp"

#include <algorithm>
#include <cstring>

namespace mote::learn {

namespace {
std::size_t at_index(int tensor) { return static_cast<std::size_t>(tensor); }

std::vector<std::int64_t> torch_shape(const graph::Tensor& tensor) { return {tensor.shape.begin(), tensor.shape.end()}; }

at::Tensor float_tensor(const graph::Tensor& tensor) {
    const auto values = tensor.as<float>();
    at::Tensor out = at::empty(torch_shape(tensor), at::kFloat);
    std::memcpy(out.data_ptr<float>(), values.data(), values.size_bytes());
    return out;
}

bool is_running_statistic(const graph::Node& node, std::size_t input) { return node.op == "batch_norm" && input >= 3; }

void check_node(const graph::Graph& graph, const graph::Node& node) {
    const std::string place = "node " + node.name;
    if (!torch_operators().contains(node.op))
        throw base::Error("unsupported", place + ": the training backend does not know the operator " + node.op,
                          "train a graph made by a learner, before compression");
    if (node.outputs.size() != 1) throw base::Error("unsupported", place + ": the training backend needs exactly one output");
    for (const int tensor : node.inputs)
        if (tensor >= 0 && graph.tensors[at_index(tensor)].type != graph::Type::f32)
            throw base::Error("unsupported", place + ": its input " + graph.tensors[at_index(tensor)].name + " is not float",
                              "train the float graph, then quantise it");
}
}  // namespace

int standardise_node(const graph::Graph& graph) {
    for (std::size_t n = 0; n < graph.nodes.size(); ++n)
        if (graph.nodes[n].op == "batch_norm" && graph.nodes[n].inputs[0] == graph.inputs[0]) return static_cast<int>(n);
    return -1;
}

std::vector<bool> frozen_constants(const graph::Graph& graph) {
    std::vector<bool> frozen(graph.tensors.size(), false);
    const int standardise = standardise_node(graph);
    if (standardise >= 0)
        for (std::size_t i = 1; i < 5; ++i) frozen[at_index(graph.nodes[at_index(standardise)].inputs[i])] = true;
    for (const graph::Node& node : graph.nodes) {
        const bool has_bias = (node.op == "conv_2d" || node.op == "depthwise_conv_2d" || node.op == "dense") && node.inputs.size() > 2;
        if (!has_bias || node.inputs[2] < 0 || node.attributes.value("activation", std::string("none")) != "none") continue;
        for (const graph::Node& next : graph.nodes)
            if (next.op == "batch_norm" && next.inputs[0] == node.outputs[0]) frozen[at_index(node.inputs[2])] = true;
    }
    return frozen;
}

Network::Network(const graph::Graph& graph, at::Device device) : graph_(graph) {
    if (graph_.inputs.size() != 1 || graph_.outputs.size() != 1)
        throw base::Error("unsupported", "graph " + graph_.name + ": the training backend needs exactly one input and one output");
    for (const graph::Node& node : graph_.nodes) check_node(graph_, node);
    collect(device);
    prepare_steps();
}

void Network::collect(at::Device device) {
    const std::vector<bool> frozen = frozen_constants(graph_);
    std::vector<at::Tensor> parameters, buffers, decayed;
    std::int64_t parameter_end = 0, buffer_end = 0;
    std::vector<bool> seen(graph_.tensors.size(), false);
    for (const graph::Node& node : graph_.nodes) {
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const int t = node.inputs[i];
            if (t < 0 || !graph_.tensors[at_index(t)].is_constant() || seen[at_index(t)]) continue;
            seen[at_index(t)] = true;
            const at::Tensor values = float_tensor(graph_.tensors[at_index(t)]).to(device);
            const std::int64_t size = values.numel();
            if (is_running_statistic(node, i) && !frozen[at_index(t)]) {
                buffers.push_back(values.flatten());
                buffer_slices_.push_back({t, buffer_end, size});
                buffer_end += size;
            } else if (frozen[at_index(t)]) {
                statics_[t] = values;
            } else {
                parameters.push_back(values.flatten());
                decayed.push_back(at::full({size}, node.op != "batch_norm" && i == 1 ? 1.0 : 0.0, values.options()));
                parameter_slices_.push_back({t, parameter_end, size});
                parameter_end += size;
            }
        }
    }
    const auto options = at::TensorOptions(at::kFloat).device(device);
    parameters_ = parameters.empty() ? at::empty({0}, options) : at::cat(parameters);
    decayed_ = decayed.empty() ? at::empty({0}, options) : at::cat(decayed);
    buffers_ = buffers.empty() ? at::empty({0}, options) : at::cat(buffers);
    gradients_ = at::zeros_like(parameters_);
    for (const Slice& s : parameter_slices_) {
        const auto shape = torch_shape(graph_.tensors[at_index(s.tensor)]);
        at::Tensor leaf = parameters_.narrow(0, s.begin, s.size).view(shape).detach();
        leaf.set_requires_grad(true);
        leaf.mutable_grad() = gradients_.narrow(0, s.begin, s.size).view(shape);
        leaves_[s.tensor] = leaf;
    }
    for (const Slice& s : buffer_slices_) statics_[s.tensor] = buffers_.narrow(0, s.begin, s.size);
}

void Network::prepare_steps() {
    for (const graph::Node& node : graph_.nodes) {
        steps_.push_back(torch_operators().at(node.op).prepare(graph_, node));
        if (node.op == "dense") {
            last_dense_ = steps_.size() - 1;
            dropout_width_ = graph_.tensors[at_index(node.inputs[1])].shape[1];
        }
    }
    const graph::Node& last = graph_.nodes.back();
    ends_in_softmax_ = last.op == "softmax" && last.outputs[0] == graph_.outputs[0];
}

std::vector<std::string> Network::operators() {
    std::vector<std::string> names;
    for (const auto& [name, _] : torch_operators()) names.push_back(name);
    return names;
}

at::Tensor Network::forward(const at::Tensor& x, const Pass& pass, bool logits) const {
    std::vector<at::Tensor> values(graph_.tensors.size());
    values[at_index(graph_.inputs[0])] = x;
    for (const auto& [t, leaf] : leaves_) values[at_index(t)] = leaf;
    for (const auto& [t, constant] : statics_) values[at_index(t)] = constant;
    std::vector<at::Tensor> in;
    for (std::size_t n = 0; n < steps_.size(); ++n) {
        const graph::Node& node = graph_.nodes[n];
        if (logits && ends_in_softmax_ && n + 1 == steps_.size()) return values[at_index(node.inputs[0])];
        in.clear();
        for (const int t : node.inputs) in.push_back(t < 0 ? at::Tensor() : values[at_index(t)]);
        if (n == last_dense_ && pass.dropout_scale.defined()) in[0] = in[0].flatten(1) * pass.dropout_scale;
        values[at_index(node.outputs[0])] = steps_[n](in, pass);
    }
    return values[at_index(graph_.outputs[0])];
}

graph::Graph Network::with(const at::Tensor& parameters, const at::Tensor& buffers) const {
    graph::Graph graph = graph_;
    const auto put = [&](const std::vector<Slice>& slices, const at::Tensor& all) {
        const at::Tensor values = all.to(at::kCPU).contiguous();
        for (const Slice& s : slices)
            std::memcpy(graph.tensors[at_index(s.tensor)].data.data(), values.data_ptr<float>() + s.begin,
                        static_cast<std::size_t>(s.size) * sizeof(float));
    };
    put(parameter_slices_, parameters);
    put(buffer_slices_, buffers);
    return graph;
}

}  // namespace mote::learn
