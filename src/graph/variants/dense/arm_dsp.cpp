#include "graph/arm_dsp.hpp"
#include "graph/variants/dense/catalogue.hpp"

namespace mote::graph::variants::dense {

namespace {

bool suits(const Layer& layer) { return suits_arm_dsp(layer.tables, false); }

void apply(const Layer& layer, KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("dense", "arm_dsp");
    call.tables = arm_dsp_dense_tables(layer.tables, static_cast<std::size_t>(layer.parameters.in_c));
    call.scratch_bytes = rounded_up(static_cast<std::size_t>(layer.parameters.in_c), 4) * 2;
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::dense
