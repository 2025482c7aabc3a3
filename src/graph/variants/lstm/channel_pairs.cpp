#include "graph/channel_pairs.hpp"
#include "graph/variants/lstm/catalogue.hpp"

namespace mote::graph::variants::lstm {

namespace {

bool suits(const Layer& layer) { return suits_channel_pairs(layer.input) && suits_channel_pairs(layer.state); }

void apply(const Layer& layer, KernelPlan& plan) { use_channel_pairs_gates(plan.calls[0], "lstm", layer.input, layer.state); }

}  // namespace

const Variant& channel_pairs() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::lstm
