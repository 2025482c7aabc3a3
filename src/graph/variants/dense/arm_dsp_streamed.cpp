#include "graph/arm_dsp.hpp"
#include "graph/variants/dense/catalogue.hpp"

namespace mote::graph::variants::dense {

namespace {

bool suits(const Layer& layer) { return layer.parameters.in_c % 4 == 0 && suits_arm_dsp(layer.tables, false); }

void apply(const Layer& layer, KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("dense", "arm_dsp_streamed");
    call.tables = arm_dsp_dense_tables(layer.tables, static_cast<std::size_t>(layer.parameters.in_c));
}

}  // namespace

const Variant& arm_dsp_streamed() {
    static const Variant variant{has_arm_dsp, 9, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::dense
