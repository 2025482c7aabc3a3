#include "codegen/kernel_choice.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "codegen/ram_choice.hpp"
#include "codegen/state.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <array>

namespace mote::codegen {

namespace {

constexpr std::array<std::string_view, 3> names = {"speed", "size", "ram"};

/// Kernels are for 8-bit values; these few also take floats.
constexpr std::array<std::string_view, 4> float_operators = {"batch_norm", "quantise", "dequantise", "reshape"};

void check_types(const graph::Graph& graph, const graph::Node& node) {
    if (std::find(float_operators.begin(), float_operators.end(), node.op) != float_operators.end()) return;
    for (const auto& list : {node.inputs, node.outputs})
        for (const int tensor : list)
            if (tensor >= 0 && graph.tensors[static_cast<std::size_t>(tensor)].type == graph::Type::f32 &&
                !graph.tensors[static_cast<std::size_t>(tensor)].is_constant())
                throw base::Error("unsupported",
                                  graph::place_of(graph, node) + " computes with floats (" + graph::place_of(graph, tensor) +
                                      "), for which the device has no kernel",
                                  "quantise the model to int8: mote import MODEL does it with a project's data");
}

std::vector<graph::KernelPlan> lower_nodes(const graph::Graph& graph, graph::Isa isa) {
    std::vector<graph::KernelPlan> plans;
    for (const graph::Node& node : graph.nodes) {
        const graph::Operator* op = graph::find_operator(node.op);
        if (!op->lower)
            throw base::Error("unsupported", graph::place_of(graph, node) + ": there is no code for this operator on the device",
                              "quantise the model (batch normalisation folds into the layer before it), or leave the operator out");
        check_types(graph, node);
        plans.push_back(op->lower(graph, node, isa));
    }
    plan_state(graph, plans);
    return plans;
}

Candidates candidates_of(std::vector<graph::KernelPlan> fastest) {
    Candidates all;
    for (graph::KernelPlan& plan : fastest) all.push_back(graph::every_kernel(std::move(plan)));
    return all;
}

std::size_t table_bytes(const graph::KernelPlan& plan) {
    std::size_t bytes = 0;
    for (const graph::KernelCall& call : plan.calls)
        for (const graph::KernelTable& table : call.tables) bytes += table.data.size();
    return bytes;
}

/// The plain kernels, of which as many are made fast as leave all tables within a quarter more than theirs: the nodes with most work for
/// each byte come first. What code a kernel takes is paid once, whatever the model's size.
std::vector<graph::KernelPlan> small_kernels(const graph::Graph& graph, const Candidates& candidates) {
    std::vector<graph::KernelPlan> chosen;
    std::size_t plain = 0;
    for (const auto& of_node : candidates) chosen.push_back(of_node.back()), plain += table_bytes(of_node.back());
    struct Step {
        std::size_t node, extra_bytes;
        double work;
    };
    std::vector<Step> steps;
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        const std::size_t fast = table_bytes(candidates[n].front()), least = table_bytes(candidates[n].back());
        const auto work =
            static_cast<double>(std::max<std::uint64_t>(graph::find_operator(graph.nodes[n].op)->macs(graph, graph.nodes[n]), 1));
        if (candidates[n].size() > 1) steps.push_back({n, fast - std::min(least, fast), work});
    }
    std::stable_sort(steps.begin(), steps.end(), [](const Step& a, const Step& b) {
        return a.work / static_cast<double>(a.extra_bytes + 1) > b.work / static_cast<double>(b.extra_bytes + 1);
    });
    std::size_t left = plain / 4;
    for (const Step& step : steps) {
        if (step.extra_bytes > left) continue;
        left -= step.extra_bytes, chosen[step.node] = candidates[step.node].front();
    }
    return chosen;
}

}  // namespace

Optimise optimise_from_name(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<Optimise>(i);
    throw base::Error("bad_input", "\"" + std::string(name) + "\" is nothing to optimise for", "speed, size or ram");
}

std::string_view name_of(Optimise optimise) { return names[static_cast<std::size_t>(optimise)]; }

Kernels choose_kernels(const Pipeline& pipeline, const LayOut& lay_out) {
    const graph::Graph& graph = pipeline.model;
    const graph::Isa isa = pipeline.core.empty() ? graph::Isa::portable : graph::isa_of_core(pipeline.core);
    Candidates candidates = candidates_of(lower_nodes(graph, isa));
    for (const std::size_t n : pipeline.plain) candidates.at(n).erase(candidates[n].begin(), candidates[n].end() - 1);
    if (pipeline.optimise == Optimise::size) return {small_kernels(graph, candidates), {}};
    if (pipeline.optimise == Optimise::ram) return kernels_for_ram(pipeline, candidates, isa, lay_out);
    Kernels fastest;
    for (const auto& of_node : candidates) fastest.plans.push_back(of_node.front());
    return fastest;
}

bool is_compact(const Pipeline& pipeline) { return pipeline.compact || pipeline.optimise == Optimise::size; }

}  // namespace mote::codegen
