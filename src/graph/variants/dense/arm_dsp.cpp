#include "graph/arm_dsp.hpp"
#include "graph/variants/dense/catalogue.hpp"

namespace mote::graph::variants::dense {

namespace {

/// Four channels beside each other, two of them in each 16-bit lane: 256 * second + first + 128.
std::vector<std::int8_t> packed(std::span<const std::int8_t> weights, std::size_t out_c, std::size_t in_c) {
    std::vector<std::int8_t> packed;
    const auto at = [&](std::size_t channel, std::size_t k) { return channel < out_c && k < in_c ? int{weights[channel * in_c + k]} : 0; };
    for (std::size_t channel = 0; channel < out_c; channel += 4)
        for (std::size_t k = 0; k < rounded_up(in_c, 4); k += 4)
            for (std::size_t half = 0; half < 4; half += 2)
                for (std::size_t pair = 0; pair < 4; pair += 2)
                    for (std::size_t i = 0; i < 2; ++i) {
                        const std::size_t place = k + arm_dsp_order[half + i];
                        packed.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(at(channel + pair, place) + 128)));
                        packed.push_back(static_cast<std::int8_t>(at(channel + pair + 1, place)));
                    }
    return packed;
}

bool suits(const Layer& layer) { return suits_arm_dsp(layer.tables, false); }

void apply(const Layer& layer, KernelPlan& plan) {
    const auto in_c = static_cast<std::size_t>(layer.parameters.in_c);
    const auto weights = packed(layer.tables.weights, static_cast<std::size_t>(layer.parameters.out_c), in_c);
    KernelCall& call = plan.calls[0];
    call.use("dense", "arm_dsp");
    call.tables = padded(layer.tables, 4).kernel_tables(kernel_table("weights", Type::i8, std::span<const std::int8_t>(weights)));
    call.scratch_bytes = rounded_up(in_c, 4) * 2;
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::dense
