#include "graph/phases.hpp"
#include "graph/pixel_pairs.hpp"
#include "graph/wide_rescale.hpp"

namespace mote::graph::variants::transposed_conv_2d {

namespace {

void pair_short(const conv_2d::Layer& phase, KernelPlan& plan) {
    use_short_pairs(phase, "pixel_pairs_short", plan);
    plan.calls[0].tables.push_back(wide_rescale(phase.tables));
}

bool suits(const Layer& layer) { return suits_in_phases(layer, can_pair_short); }

void apply(const Layer& layer, KernelPlan& plan) { use_phases(layer, "pixel_pairs_short", pair_short, plan); }

}  // namespace

const Variant& pixel_pairs_short() {
    static const Variant variant{{Isa::armv7m}, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::transposed_conv_2d
