#include "mote/rt/nn/dense/channel_pairs.hpp"
#include "graph/arm_dsp.hpp"
#include "graph/channel_pairs.hpp"
#include "graph/split_rescale.hpp"
#include "graph/variants/dense/catalogue.hpp"

namespace mote::graph::variants::dense {

namespace {

std::size_t scratch_bytes_of(const Layer& layer, std::int32_t block) {
    return static_cast<std::size_t>(rt::nn::dense_spread_words(layer.parameters.in_c, block)) * sizeof(std::uint32_t);
}

bool suits(const Layer& layer) {
    return scratch_bytes_of(layer, 4) <= most_scratch_bytes && suits_arm_dsp(layer.tables, false) && split_rescale(layer.tables);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const auto rows = static_cast<std::size_t>(layer.parameters.out_c), depth = static_cast<std::size_t>(layer.parameters.in_c);
    const ChannelPairs eight = channel_pairs(layer.tables.weights, rows, depth, 8),
                       four = channel_pairs(layer.tables.weights, rows, depth, 4);
    const ChannelPairs& best = eight.cost <= four.cost ? eight : four;
    const auto block = static_cast<std::int32_t>(best.block);
    const SplitRescale rescale = *split_rescale(layer.tables);
    KernelCall& call = plan.calls[0];
    call.use("dense", "channel_pairs");
    call.set_value("split_bits", rescale.split_bits);
    call.set_value("block", block);
    call.tables = {kernel_table("weights", Type::i8, std::span<const std::uint8_t>(best.weights)),
                   kernel_table("excess", Type::i16, std::span<const std::int16_t>(best.excess)),
                   kernel_table("bias", Type::i32, std::span<const std::int32_t>(rescale.bias)),
                   kernel_table("factors", Type::i32, std::span<const std::int32_t>(rescale.factors))};
    call.scratch_bytes = scratch_bytes_of(layer, block);
}

}  // namespace

const Variant& channel_pairs() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::dense
