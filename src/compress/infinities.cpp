#include "compress/infinities.hpp"

#include "compress/calibrate.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace mote::compress {

namespace {

constexpr float hidden_distance = 8;  // exp(-8) < 1 / 512
constexpr std::size_t most_examples = 128;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::vector<int> infinite_constants(const graph::Graph& graph) {
    std::vector<int> list;
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        const graph::Tensor& tensor = graph.tensors[t];
        if (tensor.type != graph::Type::f32 || !tensor.is_constant()) continue;
        const auto values = tensor.as<float>();
        if (std::any_of(values.begin(), values.end(), [](float v) { return std::isinf(v); })) list.push_back(static_cast<int>(t));
    }
    return list;
}

/// Extremes of every tensor where the infinities are 0.
std::vector<Range> extremes_without(graph::Graph graph, const std::vector<int>& constants, std::span<const float> features,
                                    std::size_t examples) {
    for (const int t : constants)
        for (float& v : graph.tensors[at(t)].as<float>())
            if (std::isinf(v)) v = 0;
    std::vector<Range> ranges(graph.tensors.size());
    graph::Evaluator evaluator(graph);
    const std::size_t width = input_count(graph);
    for (std::size_t e = 0; e < std::min(examples, most_examples); ++e) {
        run_reals(evaluator, graph, features.subspan(e * width, width));
        for (std::size_t t = 0; t < ranges.size(); ++t) {
            if (graph.tensors[t].type != graph::Type::f32) continue;
            const auto bytes = evaluator.tensor(static_cast<int>(t));
            const std::span values(reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float));
            for (const float v : values) ranges[t] = {std::min(ranges[t].low, v), std::max(ranges[t].high, v)};
        }
    }
    return ranges;
}

}  // namespace

graph::Graph without_infinities(graph::Graph graph, std::span<const float> features, std::size_t examples) {
    const std::vector<int> constants = infinite_constants(graph);
    if (constants.empty()) return graph;
    const std::vector<Range> ranges = extremes_without(graph, constants, features, examples);
    for (const int t : constants) {
        Range stands_for;
        for (const graph::Node& node : graph.nodes) {
            if (std::count(node.inputs.begin(), node.inputs.end(), t) == 0) continue;
            Range beside;
            for (const int other : node.inputs)
                if (other >= 0 && other != t)
                    beside = {std::min(beside.low, ranges[at(other)].low), std::max(beside.high, ranges[at(other)].high)};
            const float distance = beside.high - beside.low + hidden_distance;
            if (node.op == "add" || node.op == "sub") beside = {-distance, distance};
            stands_for = {std::min(stands_for.low, beside.low), std::max(stands_for.high, beside.high)};
        }
        for (float& v : graph.tensors[at(t)].as<float>())
            if (std::isinf(v)) v = v < 0 ? stands_for.low : stands_for.high;
    }
    return graph;
}

}  // namespace mote::compress
