#include "graph/vector.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

constexpr std::size_t block = 16;

bool suits(const Layer& layer) { return layer.parameters.channel_multiplier == 1 && suits_vectors(layer.tables); }

void apply(const Layer& layer, KernelPlan& plan) {
    const LayerTables& tables = layer.tables;
    const std::size_t channels = tables.bias.size(), taps = tables.weights.size() / channels;
    KernelTable packed{"weights", Type::i8, {}};
    for (std::size_t first = 0; first < channels; first += block) {
        for (std::size_t tap = 0; tap < taps; ++tap)
            for (std::size_t c = first; c < first + block; ++c)
                append_value(packed.data, c < channels ? tables.weights[tap * channels + c] : std::int8_t{0});
        append_rescaling(packed, tables, first, block);
    }
    plan.calls[0].use("depthwise_conv_2d", "vector");
    plan.calls[0].tables = {std::move(packed)};
}

}  // namespace

const Variant& vector() {
    static const Variant variant{{Isa::neon, Isa::avx2}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
