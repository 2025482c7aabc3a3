#include "codegen/kernel_choice.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
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
            if (tensor >= 0 && graph.tensors[static_cast<std::size_t>(tensor)].type == graph::Type::f32)
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
    return plans;
}

void check_limit(std::size_t arena, std::size_t limit) {
    if (limit == 0 || arena <= limit) return;
    throw base::Error(
        "bad_input",
        "the least arena found has " + std::to_string(arena) + " bytes, " + std::to_string(arena - limit) + " more than the limit of " +
            std::to_string(limit),
        "raise the limit, or give the model smaller activations: mote profile MODEL --out profile.html shows what lies where");
}

bool is_same_call(const graph::KernelPlan& a, const graph::KernelPlan& b) {
    if (a.calls.size() != b.calls.size()) return false;
    for (std::size_t i = 0; i < a.calls.size(); ++i)
        if (a.calls[i].function != b.calls[i].function) return false;
    return true;
}

}  // namespace

Optimise optimise_from_name(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<Optimise>(i);
    throw base::Error("bad_input", "\"" + std::string(name) + "\" is nothing to optimise for", "speed, size or ram");
}

std::string_view name_of(Optimise optimise) { return names[static_cast<std::size_t>(optimise)]; }

std::vector<graph::KernelPlan> choose_kernels(const Pipeline& pipeline, const ArenaOf& arena_of) {
    const graph::Graph& graph = pipeline.model;
    const graph::Isa isa = pipeline.core.empty() ? graph::Isa::portable : graph::isa_of_core(pipeline.core);
    if (pipeline.optimise == Optimise::size) return lower_nodes(graph, graph::Isa::portable);
    const std::vector<graph::KernelPlan> fast = lower_nodes(graph, isa);
    if (pipeline.optimise == Optimise::speed) return fast;
    std::vector<graph::KernelPlan> chosen = lower_nodes(graph, graph::Isa::portable);
    const std::size_t limit = pipeline.arena_limit_bytes, fastest = arena_of(fast);
    std::size_t least = arena_of(chosen);
    if (fastest <= std::max(least, limit)) {
        check_limit(fastest, limit);
        return fast;
    }
    // Layers far from the peak take the fastest kernel that leaves it where it is; kernels of lesser cores need less scratch memory.
    std::vector<std::vector<graph::KernelPlan>> choices;
    for (const graph::Isa lesser : {graph::Isa::helium, graph::Isa::arm_dsp, graph::Isa::armv7m, graph::Isa::armv6m})
        if (lesser <= isa) choices.push_back(lower_nodes(graph, lesser));
    for (std::size_t n = 0; n < chosen.size(); ++n)
        for (std::vector<graph::KernelPlan>& choice : choices) {
            if (is_same_call(chosen[n], choice[n])) continue;
            std::swap(chosen[n], choice[n]);
            const std::size_t arena = arena_of(chosen);
            if (arena <= std::max(least, limit)) {
                least = std::min(least, arena);
                break;
            }
            std::swap(chosen[n], choice[n]);
        }
    check_limit(arena_of(chosen), limit);
    return chosen;
}

std::vector<std::string> compiler_flags_for(Optimise optimise) {
    // -Os costs the kernels 20 to 45 % of their speed, so only who asks for flash gets it.
    return {optimise == Optimise::size ? "-Os" : "-O2"};
}

}  // namespace mote::codegen
