#include "graph/arm_dsp.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"
#include "graph/wide_rescale.hpp"
#include "graph/window.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

bool suits(const Layer& layer) {
    return window_is_input(layer.parameters) && layer.parameters.channel_multiplier == 1 && suits_arm_dsp(layer.tables, true);
}

void apply(const Layer& layer, KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", "pixel");
    call.tables = {kernel_table("weights", Type::i8, layer.tables.weights), wide_rescale(layer.tables)};
    plan.may_overlap.clear();
}

}  // namespace

const Variant& pixel() {
    static const Variant variant{has_arm_dsp, 15, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
