#include "graph/row_pairs.hpp"
#include "graph/split_rescale.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

bool suits(const Layer& layer) { return suits_row_pairs(layer) && split_rescale(layer.tables); }

void apply(const Layer& layer, KernelPlan& plan) {
    use_row_pairs(layer, "row_pairs", plan);
    KernelCall& call = plan.calls[0];
    const SplitRescale rescale = *split_rescale(layer.tables);
    call.set_value("split_bits", rescale.split_bits);
    call.tables.push_back(kernel_table("bias", Type::i32, std::span<const std::int32_t>(rescale.bias)));
    call.tables.push_back(kernel_table("factors", Type::i32, std::span<const std::int32_t>(rescale.factors)));
}

}  // namespace

const Variant& row_pairs() {
    static const Variant variant{{Isa::armv6m}, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
