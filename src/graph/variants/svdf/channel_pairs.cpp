#include "graph/channel_pairs.hpp"
#include "graph/variants/svdf/catalogue.hpp"

namespace mote::graph::variants::svdf {

namespace {

bool suits(const Layer& layer) { return suits_channel_pairs(layer.features); }

void apply(const Layer& layer, KernelPlan& plan) {
    const GatePairs packed = gate_pairs(layer.features);
    KernelCall& call = plan.calls[0];
    call.use("svdf", "channel_pairs");
    call.tables = layer.kernel_tables(packed.tables);
    call.tables.push_back(kernel_table("pairs", Type::i16, std::span<const std::int16_t>(packed.pairs)));
    call.scratch_bytes = packed.scratch_bytes;
}

}  // namespace

const Variant& channel_pairs() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::svdf
