#include "learn/budget.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace mote::learn {

namespace {
std::size_t index(int tensor) { return static_cast<std::size_t>(tensor); }

std::uint64_t count_of(const graph::Tensor& tensor) {
    std::uint64_t n = 1;
    for (const int d : tensor.shape) n *= static_cast<std::uint64_t>(d);
    return n;
}

bool is_free(std::string_view op) { return op == "batch_norm" || op == "reshape" || op == "relu" || op == "relu6" || op == "softmax"; }

std::uint64_t macs_of(const graph::Graph& graph, const graph::Node& node) {
    const std::uint64_t outputs = count_of(graph.tensors[index(node.outputs[0])]);
    if (node.op == "dense" || node.op == "conv_2d") {
        const graph::Tensor& weights = graph.tensors[index(node.inputs[1])];
        return outputs * (count_of(weights) / static_cast<std::uint64_t>(weights.shape[0]));
    }
    if (node.op == "depthwise_conv_2d") {
        const graph::Tensor& weights = graph.tensors[index(node.inputs[1])];
        return outputs * static_cast<std::uint64_t>(weights.shape[1]) * static_cast<std::uint64_t>(weights.shape[2]);
    }
    return 0;
}

// A free node writes where its input lies: both count as one place, which lives until the last reader of either.
std::vector<std::size_t> places(const graph::Graph& graph) {
    std::vector<std::size_t> place(graph.tensors.size());
    for (std::size_t t = 0; t < place.size(); ++t) place[t] = t;
    for (const graph::Node& node : graph.nodes)
        if (is_free(node.op)) place[index(node.outputs[0])] = place[index(node.inputs[0])];
    return place;
}

std::uint64_t peak_activations(const graph::Graph& graph) {
    const std::vector<std::size_t> place = places(graph);
    std::vector<std::size_t> last(graph.tensors.size(), 0), first(graph.tensors.size(), graph.nodes.size());
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        for (const int t : graph.nodes[n].inputs)
            if (t >= 0) last[place[index(t)]] = n;
        const std::size_t out = place[index(graph.nodes[n].outputs[0])];
        first[out] = std::min(first[out], n), last[out] = std::max(last[out], n);
    }
    for (const int t : graph.inputs) first[index(t)] = 0;
    std::uint64_t peak = 0;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        std::uint64_t alive = 0;
        for (std::size_t t = 0; t < graph.tensors.size(); ++t)
            if (place[t] == t && !graph.tensors[t].is_constant() && first[t] <= n && n <= last[t]) alive += count_of(graph.tensors[t]);
        peak = std::max(peak, alive);
    }
    return peak;
}
}  // namespace

Footprint estimate(const graph::Graph& graph) {
    Footprint footprint;
    for (const graph::Node& node : graph.nodes) {
        footprint.macs += macs_of(graph, node);
        if (node.op != "dense" && node.op != "conv_2d" && node.op != "depthwise_conv_2d") continue;
        const std::uint64_t weights = count_of(graph.tensors[index(node.inputs[1])]);
        const auto channels = static_cast<std::uint64_t>(graph.tensors[index(node.outputs[0])].shape.back());
        footprint.parameters += weights + channels;
        footprint.flash_bytes += weights + channels * 12;  // bias, multiplier and shift: 4 bytes each
    }
    std::uint64_t input_bytes = 0;
    for (const int t : graph.inputs) input_bytes += count_of(graph.tensors[index(t)]) * sizeof(float);
    footprint.ram_bytes = input_bytes + peak_activations(graph);
    return footprint;
}

std::string excess(const Footprint& footprint, const Budget& budget) {
    std::vector<std::string> parts;
    if (budget.flash_bytes && footprint.flash_bytes > budget.flash_bytes)
        parts.push_back("flash " + base::human_bytes(footprint.flash_bytes) + " of " + base::human_bytes(budget.flash_bytes));
    if (budget.ram_bytes && footprint.ram_bytes > budget.ram_bytes)
        parts.push_back("RAM " + base::human_bytes(footprint.ram_bytes) + " of " + base::human_bytes(budget.ram_bytes));
    if (budget.macs && footprint.macs > budget.macs)
        parts.push_back("multiply-accumulates " + base::human_count(static_cast<double>(footprint.macs)) + " of " +
                        base::human_count(static_cast<double>(budget.macs)));
    return base::join(parts, ", ");
}

graph::Graph build_size(std::string_view learner, std::string_view size, const Budget& budget,
                        const std::function<graph::Graph(std::string_view size)>& build) {
    constexpr std::array<std::string_view, 3> sizes = {"large", "medium", "small"};
    std::string over;
    for (const std::string_view candidate : sizes) {
        if (size != "auto" && size != candidate) continue;
        graph::Graph graph = build(candidate);
        over = excess(budget.measure ? budget.measure(graph) : estimate(graph), budget);
        if (over.empty()) return graph;
    }
    throw base::Error("bad_input", "learner " + std::string(learner) + ", size " + std::string(size) + ", does not fit its budget: " + over,
                      size == "auto" ? "raise the budget or take fewer features" : "choose a smaller size, or \"auto\"");
}

}  // namespace mote::learn
