#include "graph/arm_dsp.hpp"
#include "graph/variants/gru/catalogue.hpp"

namespace mote::graph::variants::gru {

namespace {

bool suits(const Layer& layer) { return suits_arm_dsp(layer.input) && suits_arm_dsp(layer.state); }

void apply(const Layer& layer, KernelPlan& plan) { use_arm_dsp_gates(plan.calls[0], "gru", layer.input, layer.state); }

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::gru
