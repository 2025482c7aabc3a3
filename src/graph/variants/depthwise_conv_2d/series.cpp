#include "mote/rt/nn/depthwise_conv_2d/series.hpp"
#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/row_pairs.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"
#include "graph/wide_rescale.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

bool suits(const Layer& layer) {
    const auto& p = layer.parameters;
    return p.in_h == 1 && p.out_h == 1 && p.kernel_h == 1 && p.kernel_w <= rt::nn::depthwise_series_most &&
           suits_arm_dsp(layer.tables, true);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const auto channels = static_cast<std::size_t>(layer.parameters.out_c);
    const auto weights = channels_first(layer.tables.weights, channels);
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", "series");
    call.tables = {kernel_table("weights", Type::i8, std::span<const std::int8_t>(weights)), wide_rescale(layer.tables)};
    plan.may_overlap.clear();
    if (layer.parameters.channel_multiplier != 1) return;
    // A channel is finished before the next one, and two outputs are written after what they need was read: moved by whole pixels, the
    // output lies on that channel of the input alone.
    const std::size_t distance = overlap_distance(window_of_parameters(layer.parameters), 1, 1, {2, true});
    plan.may_overlap = {{0, channels * distance, channels}};
}

}  // namespace

const Variant& series() {
    static const Variant variant{{Isa::armv7m}, 12, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
