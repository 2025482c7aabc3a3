#include "graph/arm_dsp.hpp"
#include "graph/variants/lstm/catalogue.hpp"

namespace mote::graph::variants::lstm {

namespace {

bool suits(const Layer& layer) { return suits_arm_dsp(layer.input) && suits_arm_dsp(layer.state); }

void apply(const Layer& layer, KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("lstm", "arm_dsp");
    call.tables = recurrent_tables(arm_dsp_gates(layer.input), arm_dsp_gates(layer.state));
    call.scratch_bytes = rounded_up(call.scratch_bytes, 4) + arm_dsp_gates_bytes(layer.input, layer.state);
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::lstm
