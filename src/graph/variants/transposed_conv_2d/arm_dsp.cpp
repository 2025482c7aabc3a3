#include "graph/phases.hpp"

namespace mote::graph::variants::conv_2d {
const Variant& arm_dsp();
}

namespace mote::graph::variants::transposed_conv_2d {

namespace {

bool suits(const Layer& layer) { return suits_in_phases(layer, conv_2d::arm_dsp().suits); }

void apply(const Layer& layer, KernelPlan& plan) { use_phases(layer, "arm_dsp", conv_2d::arm_dsp().apply, plan); }

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::transposed_conv_2d
