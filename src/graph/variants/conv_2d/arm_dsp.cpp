#include "mote/rt/nn/conv_2d/arm_dsp.hpp"
#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/variants/conv_2d/catalogue.hpp"

namespace mote::graph::variants::conv_2d {

namespace {

/// Pairs of channels one after another, each with all that its outputs need, values in the order of arm_dsp_order.
std::vector<std::int8_t> packed(const LayerTables& tables) {
    const std::size_t out_c = tables.bias.size(), window = tables.weights.size() / out_c;
    const LayerTables even = padded(tables, 2);
    std::vector<std::int8_t> packed;
    const auto at = [&](std::size_t channel, std::size_t k) {
        return channel < out_c && k < window ? tables.weights[channel * window + k] : std::int8_t{0};
    };
    for (std::size_t channel = 0; channel < out_c; channel += 2) {
        for (std::size_t c = channel; c < channel + 2; ++c) append_word(packed, static_cast<std::uint32_t>(even.bias[c]));
        for (std::size_t k = 0; k < rounded_up(window, 4); k += 4)
            for (const std::size_t place : arm_dsp_order)
                packed.push_back(at(channel, k + place)), packed.push_back(at(channel + 1, k + place));
        std::uint32_t right = 0;
        for (std::size_t c = 0; c < 2; ++c) {
            const std::size_t q = tables.per_channel ? channel + c : 0;
            append_word(packed, 2 * static_cast<std::uint32_t>(even.multiplier[q]));
            right |= static_cast<std::uint32_t>(-1 - even.shift[q]) << 8 * c;
        }
        append_word(packed, right);
    }
    return packed;
}

std::size_t scratch_bytes(const rt::nn::Conv2dParameters& p) { return static_cast<std::size_t>(rt::nn::conv_2d_scratch_bytes(p)); }

bool suits(const Layer& layer) {
    return layer.parameters.groups == 1 && scratch_bytes(layer.parameters) <= most_scratch_bytes && suits_arm_dsp(layer.tables, false);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const auto& p = layer.parameters;
    const std::vector<std::int8_t> channels = packed(layer.tables);
    KernelCall& call = plan.calls[0];
    call.use("conv_2d", "arm_dsp");
    call.tables = {kernel_table("channels", Type::i8, std::span<const std::int8_t>(channels))};
    call.scratch_bytes = scratch_bytes(p);
    // The windows of four pixels are gathered before these are written.
    plan.may_overlap = {window_overlap(p, {4, true})};
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
