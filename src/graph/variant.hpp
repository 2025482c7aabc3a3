// A faster kernel for an operator, and how one is chosen. Each variant of an operator is a file in graph/variants/OPERATOR/, which the
// build finds: adding one edits nothing else.
#pragma once

#include "graph/isa.hpp"
#include "graph/kernel_call.hpp"

#include <span>

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

/// The fastest variant for a layer, nullptr when none suits.
template <class Layer>
const Variant<Layer>* fastest_variant(std::span<const Variant<Layer>* const> variants, Isa isa, const Layer& layer) {
    const Variant<Layer>* best = nullptr;
    for (const Variant<Layer>* variant : variants)
        if (variant->isas.has(isa) && (!best || variant->rank > best->rank) && variant->suits(layer)) best = variant;
    return best;
}

/// `plan` is the reference kernel's.
template <class Layer>
KernelPlan with_fastest_variant(KernelPlan plan, std::span<const Variant<Layer>* const> variants, Isa isa, const Layer& layer) {
    if (const Variant<Layer>* variant = fastest_variant(variants, isa, layer)) variant->apply(layer, plan);
    return plan;
}

}  // namespace mote::graph
