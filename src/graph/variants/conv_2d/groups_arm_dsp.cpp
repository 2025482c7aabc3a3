#include "graph/groups.hpp"

namespace mote::graph::variants::conv_2d {

const Variant& arm_dsp();

namespace {

bool suits(const Layer& layer) { return suits_in_groups(layer, arm_dsp().suits); }

void apply(const Layer& layer, KernelPlan& plan) { use_groups(layer, "groups_arm_dsp", arm_dsp().apply, plan); }

}  // namespace

const Variant& groups_arm_dsp() {
    static const Variant variant{{Isa::arm_dsp}, 9, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
