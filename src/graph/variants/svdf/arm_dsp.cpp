#include "graph/arm_dsp.hpp"
#include "graph/variants/svdf/catalogue.hpp"

namespace mote::graph::variants::svdf {

namespace {

bool suits(const Layer& layer) { return suits_arm_dsp(layer.features); }

void apply(const Layer& layer, KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("svdf", "arm_dsp");
    call.tables = layer.kernel_tables(arm_dsp_gates(layer.features));
    call.scratch_bytes = arm_dsp_gates_bytes(layer.features, layer.features);
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::svdf
