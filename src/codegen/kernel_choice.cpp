#include "codegen/kernel_choice.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "codegen/ram_choice.hpp"
#include "codegen/state.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <utility>

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

/// The contents of a plan's tables: layers with the same ones share them.
using Tables = std::set<std::string>;

Tables tables_of(const graph::KernelPlan& plan) {
    Tables tables;
    for (const graph::KernelCall& call : plan.calls)
        for (const graph::KernelTable& table : call.tables)
            tables.emplace(reinterpret_cast<const char*>(table.data.data()), table.data.size());
    return tables;
}

std::size_t bytes_of(const Tables& tables) {
    return std::accumulate(tables.begin(), tables.end(), std::size_t{0}, [](std::size_t n, const std::string& t) { return n + t.size(); });
}

/// The plain kernels, of which as many are made fast as leave all tables within a quarter more than theirs: the nodes with most work for
/// each byte come first. What code a kernel takes is paid once, whatever the model's size.
std::vector<graph::KernelPlan> small_kernels(const graph::Graph& graph, const Candidates& candidates) {
    std::vector<graph::KernelPlan> chosen;
    Tables plain;
    for (const auto& of_node : candidates) {
        chosen.push_back(of_node.back());
        plain.merge(tables_of(of_node.back()));
    }
    struct Step {
        std::vector<std::size_t> nodes;  ///< with the same tables
        std::size_t extra_bytes = 0;
        double work = 0;
    };
    std::map<std::pair<Tables, Tables>, Step> alike;
    for (std::size_t n = 0; n < candidates.size(); ++n) {
        if (candidates[n].size() < 2) continue;
        const std::pair both{tables_of(candidates[n].front()), tables_of(candidates[n].back())};
        const std::size_t fast = bytes_of(both.first), least = bytes_of(both.second);
        Step& step = alike[both];
        step.nodes.push_back(n);
        step.extra_bytes = fast - std::min(least, fast);
        step.work += static_cast<double>(std::max<std::uint64_t>(graph::find_operator(graph.nodes[n].op)->macs(graph, graph.nodes[n]), 1));
    }
    std::vector<Step> steps;
    for (auto& [tables, step] : alike) steps.push_back(std::move(step));
    std::sort(steps.begin(), steps.end(), [](const Step& one, const Step& other) {
        const double gain = one.work / static_cast<double>(one.extra_bytes + 1);
        const double other_gain = other.work / static_cast<double>(other.extra_bytes + 1);
        return gain != other_gain ? gain > other_gain : one.nodes < other.nodes;
    });
    std::size_t left = bytes_of(plain) / 4;
    for (const Step& step : steps) {
        if (step.extra_bytes > left) continue;
        left -= step.extra_bytes;
        for (const std::size_t node : step.nodes) chosen[node] = candidates[node].front();
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
