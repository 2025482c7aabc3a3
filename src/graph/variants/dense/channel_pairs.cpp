#include "mote/rt/nn/dense/channel_pairs.hpp"
#include "graph/arm_dsp.hpp"
#include "graph/pairs.hpp"
#include "graph/split_rescale.hpp"
#include "graph/variants/dense/catalogue.hpp"

namespace mote::graph::variants::dense {

namespace {

struct Packed {
    std::vector<std::uint8_t> weights;
    std::vector<std::int16_t> excess;
    std::size_t blocks = 0, taken = 0;
};

Packed packed(const Layer& layer, std::size_t block) {
    const auto in_c = static_cast<std::size_t>(layer.parameters.in_c), out_c = static_cast<std::size_t>(layer.parameters.out_c);
    const std::size_t depth = rounded_up(in_c, block);
    Packed result;
    result.weights.assign(rounded_up(out_c, 4) * depth, 128);
    for (std::size_t c = 0; c < out_c; ++c) {
        const auto row = layer.tables.weights.subspan(c * in_c, in_c);
        std::vector<std::int8_t> values(row.begin(), row.end());
        values.resize(depth, 0);
        const LimitedWeights limited = limited_weights(values, block);
        constexpr std::size_t byte_of_channel[4] = {0, 2, 1, 3};
        for (std::size_t k = 0; k < depth; ++k) result.weights[c / 4 * 4 * depth + 4 * k + byte_of_channel[c % 4]] = limited.weights[k];
        result.excess.push_back(static_cast<std::int16_t>(limited.taken.size()));
        for (const auto& t : limited.taken) {
            result.excess.push_back(static_cast<std::int16_t>(t.place + t.place / block + 1));
            result.excess.push_back(static_cast<std::int16_t>(t.weight));
        }
        result.taken += limited.taken.size();
    }
    result.blocks = result.weights.size() / (4 * block);
    return result;
}

std::size_t scratch_bytes_of(const Layer& layer, std::int32_t block) {
    return static_cast<std::size_t>(rt::nn::dense_spread_words(layer.parameters.in_c, block)) * sizeof(std::uint32_t);
}

bool suits(const Layer& layer) {
    return scratch_bytes_of(layer, 4) <= most_scratch_bytes && suits_arm_dsp(layer.tables, false) && split_rescale(layer.tables);
}

void apply(const Layer& layer, KernelPlan& plan) {
    // Instructions of a block on Armv7-M, and of a weight that was taken.
    constexpr std::size_t of_eight = 48, of_four = 29, of_taken = 8;
    const Packed eight = packed(layer, 8), four = packed(layer, 4);
    const bool by_eight = eight.blocks * of_eight + eight.taken * of_taken <= four.blocks * of_four + four.taken * of_taken;
    const Packed& best = by_eight ? eight : four;
    const SplitRescale rescale = *split_rescale(layer.tables);
    KernelCall& call = plan.calls[0];
    call.use("dense", "channel_pairs");
    call.set_value("split_bits", rescale.split_bits);
    call.set_value("block", by_eight ? 8 : 4);
    call.tables = {kernel_table("weights", Type::i8, std::span<const std::uint8_t>(best.weights)),
                   kernel_table("excess", Type::i16, std::span<const std::int16_t>(best.excess)),
                   kernel_table("bias", Type::i32, std::span<const std::int32_t>(rescale.bias)),
                   kernel_table("factors", Type::i32, std::span<const std::int32_t>(rescale.factors))};
    call.scratch_bytes = scratch_bytes_of(layer, by_eight ? 8 : 4);
}

}  // namespace

const Variant& channel_pairs() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::dense
