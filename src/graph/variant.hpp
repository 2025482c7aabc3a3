// A faster kernel for an operator, and how one is chosen. Each variant of an operator is a file in graph/variants/OPERATOR/, which the
// build finds: adding one edits nothing else.
#pragma once

#include "graph/isa.hpp"
#include "graph/kernel_call.hpp"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace mote::graph {

/// `Layer` is what the operator's kernels work on: their parameters, and the tables of a layer with weights.
template <class Layer>
struct Variant {
    IsaSet isas;   ///< where the kernel is faster than the reference
    int rank = 0;  ///< of the variants that suit a layer, the one with the highest rank is the fastest; different ones where isas meet
    bool (*suits)(const Layer& layer);
    /// Turns the plan of the reference kernel, one call, into this kernel's: header, function, tables, scratch memory, parameters of its
    /// own (see set_value), and may_overlap where it reads or writes in another order. The bytes of the output stay the same.
    void (*apply)(const Layer& layer, KernelPlan& plan);
};

/// The fastest kernel for a layer, with the slower ones behind it: others of the core, then those made for lesser ones, which often need
/// less memory, and the reference. `reference` is the reference kernel's plan.
template <class Layer>
KernelPlan with_variants(KernelPlan reference, std::span<const Variant<Layer>* const> variants, Isa isa, const Layer& layer) {
    std::vector<const Variant<Layer>*> suitable;
    for (const Variant<Layer>* variant : variants)
        if (variant->isas.has_below(isa) && variant->suits(layer)) suitable.push_back(variant);
    const auto order = [isa](const Variant<Layer>* v) { return std::make_pair(v->isas.has(isa), v->rank); };
    std::stable_sort(suitable.begin(), suitable.end(), [&](const auto* a, const auto* b) { return order(a) > order(b); });
    std::vector<KernelPlan> plans(suitable.size(), reference);
    for (std::size_t i = 0; i < suitable.size(); ++i) suitable[i]->apply(layer, plans[i]);
    plans.push_back(std::move(reference));
    KernelPlan fastest = std::move(plans.front());
    fastest.slower.assign(std::make_move_iterator(plans.begin() + 1), std::make_move_iterator(plans.end()));
    return fastest;
}

}  // namespace mote::graph
