#include "graph/variants/depthwise_conv_2d/catalogue.hpp"
#include "graph/vector.hpp"
#include "graph/window.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

bool suits(const Layer& layer) {
    return window_is_input(layer.parameters) && layer.parameters.channel_multiplier == 1 && suits_vectors(layer.tables);
}

void apply(const Layer& layer, KernelPlan& plan) {
    constexpr std::size_t group = 4;
    const auto channels = static_cast<std::size_t>(layer.parameters.out_c), pixels = layer.tables.weights.size() / channels;
    KernelTable table{"layer", Type::i8, {}};
    for (std::size_t first = 0; first < channels; first += group) {
        for (std::size_t k = 0; k < pixels; ++k)
            for (std::size_t c = first; c < first + group; ++c)
                append_value(table.data, c < channels ? layer.tables.weights[k * channels + c] : std::int8_t{0});
        append_rescaling(table, layer.tables, first, group);
    }
    KernelCall& call = plan.calls[0];
    call.use("depthwise_conv_2d", "pixel_helium");
    call.tables = {std::move(table)};
    plan.may_overlap.clear();
}

}  // namespace

const Variant& pixel_helium() {
    static const Variant variant{{Isa::helium}, 30, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
