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

std::vector<graph::KernelPlan> choose_kernels(const graph::Graph& graph, std::string_view core, Optimise optimise,
                                              const ArenaOf& arena_of) {
    const graph::Isa isa = core.empty() ? graph::Isa::portable : graph::isa_of_core(core);
    if (optimise == Optimise::size) return lower_nodes(graph, graph::Isa::portable);
    const std::vector<graph::KernelPlan> fast = lower_nodes(graph, isa);
    if (optimise == Optimise::speed) return fast;
    std::vector<graph::KernelPlan> chosen = lower_nodes(graph, graph::Isa::portable);
    std::size_t least = arena_of(chosen);
    if (arena_of(fast) <= least) return fast;
    // Layers far from the peak take the fastest kernel that leaves it where it is; kernels of lesser cores need less scratch memory.
    std::vector<std::vector<graph::KernelPlan>> choices;
    for (const graph::Isa lesser : {graph::Isa::helium, graph::Isa::arm_dsp, graph::Isa::armv7m, graph::Isa::armv6m})
        if (lesser <= isa) choices.push_back(lower_nodes(graph, lesser));
    for (std::size_t n = 0; n < chosen.size(); ++n)
        for (std::vector<graph::KernelPlan>& choice : choices) {
            if (is_same_call(chosen[n], choice[n])) continue;
            std::swap(chosen[n], choice[n]);
            const std::size_t arena = arena_of(chosen);
            if (arena <= least) {
                least = arena;
                break;
            }
            std::swap(chosen[n], choice[n]);
        }
    return chosen;
}

std::vector<std::string> compiler_flags_for(Optimise optimise) {
    // -Os costs the kernels 20 to 45 % of their speed, so only who asks for flash gets it.
    return {optimise == Optimise::size ? "-Os" : "-O2"};
}

}  // namespace mote::codegen
