// What must hold for every graph that a parser of models accepts.
#pragma once

#include "require.hpp"

#include "graph/operator.hpp"

#include <algorithm>
#include <array>

namespace mote::fuzz {

/// Kernels of the device are for whole numbers, but for these.
inline bool has_kernels(const graph::Graph& graph, const graph::Node& node) {
    constexpr std::array<std::string_view, 4> with_floats = {"batch_norm", "quantise", "dequantise", "reshape"};
    if (std::find(with_floats.begin(), with_floats.end(), node.op) != with_floats.end()) return true;
    for (const auto* list : {&node.inputs, &node.outputs})
        for (const int i : *list)
            if (i >= 0 && graph.tensors[static_cast<std::size_t>(i)].type == graph::Type::f32) return false;
    return true;
}

/// Its kernels can be chosen, and read tensors that there are. Packing weights takes long: each node is for one core, which follows from
/// `choice`.
inline void require_kernels(const graph::Graph& graph, std::size_t choice) {
    using graph::Isa;
    constexpr std::array isas = {Isa::portable, Isa::armv6m, Isa::armv7m, Isa::arm_dsp, Isa::helium, Isa::neon, Isa::avx2};
    for (const graph::Node& node : graph.nodes) {
        if (!has_kernels(graph, node)) continue;
        const graph::Operator* op = graph::find_operator(node.op);
        const Isa isa = isas[choice++ % isas.size()];
        const graph::KernelPlan plan = op->lower(graph, node, isa);
        require(plan.is_view == plan.calls.empty(), "a node is a view or has calls");
        for (const std::size_t i : plan.may_overwrite) require(i < node.inputs.size(), "an input that may be overwritten is there");
        for (const graph::Overlap& o : plan.may_overlap) require(o.input < node.inputs.size(), "an input that may be overlapped is there");
        for (const graph::KernelCall& call : plan.calls)
            for (const int i : call.inputs)
                require(std::find(node.inputs.begin(), node.inputs.end(), i) != node.inputs.end(), "a kernel reads inputs of its node");
    }
}

inline bool is_small(const graph::Graph& graph) {
    std::size_t all = 0;
    for (const graph::Tensor& t : graph.tensors) all += t.size_bytes();
    return all <= (1u << 22) && graph::count_macs(graph) <= 1'000'000;
}

inline void run_once(graph::Evaluator& evaluator, const graph::Graph& graph) {
    std::size_t input = 0;
    for (const int i : graph.inputs) input += graph.tensors[static_cast<std::size_t>(i)].size_bytes();
    (void)evaluator.run(base::Bytes(input));
}

/// It runs on stored bytes, when it is small.
inline void require_runnable(const graph::Graph& graph) {
    if (!is_small(graph)) return;
    graph::Evaluator evaluator(graph);
    run_once(evaluator, graph);
}

/// It can be written as a model file and, when it is small, lowered to kernels and run: on stored bytes, and on features.
inline void require_usable(const graph::Graph& graph) {
    const base::Bytes file = graph::serialise(graph);
    require(graph::serialise(graph::deserialise(file, "written")) == file, "what was written is read as the same");
    if (!is_small(graph)) return;
    require_kernels(graph, static_cast<std::size_t>(file.back()) + file.size() / 16);
    graph::Evaluator evaluator(graph);
    run_once(evaluator, graph);
    // Features are extreme as well: what is stored is at the ends of its range.
    std::vector<float> features(graph.input().count(), 0.5f);
    for (std::size_t i = 0; i < features.size(); i += 2) features[i] = i % 4 == 0 ? 1e30f : -1e30f;
    try {
        require(evaluator.run_features(features).size() == graph.output().count(), "features give one real number for each output");
    } catch (const base::Error& error) {
        require_readable(error);  // types that features have no form in
    }
}

}  // namespace mote::fuzz
