#include "mote/rt/nn/conv_2d/pixel_pairs.hpp"
#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/pairs.hpp"
#include "graph/split_rescale.hpp"
#include "graph/variants/conv_2d/catalogue.hpp"

namespace mote::graph::variants::conv_2d {

namespace {

std::size_t padded_run_of(const rt::nn::Conv2dParameters& p) { return rounded_up(static_cast<std::size_t>(p.kernel_w * p.in_c), 4); }

std::size_t scratch_bytes_of(const rt::nn::Conv2dParameters& p) {
    const std::size_t run = padded_run_of(p), blocks = static_cast<std::size_t>(p.kernel_h) * run / 4;
    return blocks * rt::nn::pixel_block_words * sizeof(std::uint32_t) + 4 * run;
}

/// The weights of one channel, each kernel row padded with zeros to whole blocks.
std::vector<std::int8_t> padded_rows(std::span<const std::int8_t> channel, std::size_t rows) {
    const std::size_t run = channel.size() / rows;
    std::vector<std::int8_t> padded;
    for (std::size_t row = 0; row < rows; ++row) {
        const auto values = channel.subspan(row * run, run);
        padded.insert(padded.end(), values.begin(), values.end());
        padded.resize(rounded_up(padded.size(), 4), 0);
    }
    return padded;
}

/// Where a place of the depth lies among the gathered words.
std::int16_t word_of(std::size_t place) { return static_cast<std::int16_t>(place / 4 * rt::nn::pixel_block_words + 2 + place % 4 * 2); }

bool suits(const Layer& layer) {
    return layer.parameters.groups == 1 && scratch_bytes_of(layer.parameters) <= most_scratch_bytes && suits_arm_dsp(layer.tables, false) &&
           split_rescale(layer.tables);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const auto& p = layer.parameters;
    const auto channels = static_cast<std::size_t>(p.out_c), depth = layer.tables.weights.size() / channels;
    std::vector<std::uint8_t> weights;
    std::vector<std::int16_t> excess;
    std::size_t count_at = 0;
    for (std::size_t c = 0; c < channels; ++c) {
        const auto rows = padded_rows(layer.tables.weights.subspan(c * depth, depth), static_cast<std::size_t>(p.kernel_h));
        const LimitedWeights limited = limited_weights(rows, 4);
        weights.insert(weights.end(), limited.weights.begin(), limited.weights.end());
        const std::size_t of_chunk = c % static_cast<std::size_t>(rt::nn::pixel_pairs_chunk);
        if (of_chunk == 0) count_at = excess.size(), excess.push_back(0);
        for (const auto& t : limited.taken) {
            excess.insert(excess.end(), {static_cast<std::int16_t>(of_chunk), word_of(t.place), static_cast<std::int16_t>(t.weight)});
            ++excess[count_at];
        }
    }
    KernelCall& call = plan.calls[0];
    call.use("conv_2d", "pixel_pairs");
    const SplitRescale rescale = *split_rescale(layer.tables);
    call.set_value("split_bits", rescale.split_bits);
    call.tables = {kernel_table("weights", Type::i8, std::span<const std::uint8_t>(weights)),
                   kernel_table("excess", Type::i16, std::span<const std::int16_t>(excess)),
                   kernel_table("bias", Type::i32, std::span<const std::int32_t>(rescale.bias)),
                   kernel_table("factors", Type::i32, std::span<const std::int32_t>(rescale.factors))};
    call.scratch_bytes = scratch_bytes_of(p);
    // The windows of four pixels are gathered before these are written.
    plan.may_overlap = {window_overlap(p, {4, true})};
}

}  // namespace

const Variant& pixel_pairs() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
