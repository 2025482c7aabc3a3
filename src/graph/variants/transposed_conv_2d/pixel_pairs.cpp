#include "graph/pixel_pairs.hpp"
#include "graph/phases.hpp"
#include "graph/split_rescale.hpp"

namespace mote::graph::variants::transposed_conv_2d {

namespace {

void pair(const conv_2d::Layer& phase, KernelPlan& plan) {
    use_pixel_pairs(phase, "pixel_pairs", plan);
    const SplitRescale rescale = *split_rescale(phase.tables);
    plan.calls[0].tables.push_back(kernel_table("bias", Type::i32, std::span<const std::int32_t>(rescale.bias)));
}

bool suits(const Layer& layer) { return suits_in_phases(layer, suits_pixel_pairs) && split_rescale(layer.tables); }

void apply(const Layer& layer, KernelPlan& plan) {
    use_phases(layer, "pixel_pairs", pair, plan);
    // Only the bias differs between phases.
    const SplitRescale rescale = *split_rescale(layer.tables);
    KernelCall& call = plan.calls[0];
    call.set_value("split_bits", rescale.split_bits);
    call.tables.push_back(kernel_table("factors", Type::i32, std::span<const std::int32_t>(rescale.factors)));
}

}  // namespace

const Variant& pixel_pairs() {
    static const Variant variant{{Isa::armv6m}, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::transposed_conv_2d
