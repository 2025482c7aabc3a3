#include "graph/split_rescale.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"
#include "graph/window.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

bool suits(const Layer& layer) {
    return window_is_input(layer.parameters) && layer.parameters.channel_multiplier == 1 && split_rescale(layer.tables);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const SplitRescale rescale = *split_rescale(layer.tables);
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", "pixel_split");
    call.set_value("split_bits", rescale.split_bits);
    call.tables = {kernel_table("weights", Type::i8, layer.tables.weights),
                   kernel_table("bias", Type::i32, std::span<const std::int32_t>(rescale.bias)),
                   kernel_table("factors", Type::i32, std::span<const std::int32_t>(rescale.factors))};
    plan.may_overlap.clear();
}

}  // namespace

const Variant& pixel_split() {
    static const Variant variant{{Isa::armv6m}, 30, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
