#include "graph/groups.hpp"
#include "graph/pixel_pairs.hpp"
#include "graph/wide_rescale.hpp"

namespace mote::graph::variants::conv_2d {

namespace {

void pair_short(const Layer& group, KernelPlan& plan) {
    use_short_pairs(group, "pixel_pairs_short", plan);
    plan.calls[0].tables.push_back(wide_rescale(group.tables));
}

bool suits(const Layer& layer) { return suits_in_groups(layer, can_pair_short); }

void apply(const Layer& layer, KernelPlan& plan) { use_groups(layer, "groups_pixel_pairs", pair_short, plan); }

}  // namespace

const Variant& groups_pixel_pairs() {
    static const Variant variant{{Isa::armv6m, Isa::armv7m}, 9, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
