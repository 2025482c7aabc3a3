#include "graph/pixel_pairs.hpp"

#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/pairs.hpp"
#include "mote/rt/nn/conv_2d/pixel_pairs.hpp"

#include <algorithm>
#include <utility>

namespace mote::graph {

namespace {

using rt::nn::Conv2dParameters;

/// A dilated kernel that is one row is a column of kernel rows: places beside each other are read together.
variants::conv_2d::Layer laid(variants::conv_2d::Layer layer) {
    Conv2dParameters& p = layer.parameters;
    if (p.in_h != 1 || p.kernel_h != 1 || p.out_h != 1 || p.dilation_w == 1) return layer;
    std::swap(p.in_h, p.in_w), std::swap(p.out_h, p.out_w), std::swap(p.kernel_h, p.kernel_w), std::swap(p.stride_h, p.stride_w);
    std::swap(p.dilation_h, p.dilation_w), std::swap(p.pad_top, p.pad_left);
    return layer;
}

void set_geometry(KernelCall& call, const Conv2dParameters& p) {
    const std::pair<const char*, std::int32_t> values[] = {
        {"in_h", p.in_h},         {"in_w", p.in_w},         {"out_h", p.out_h},           {"out_w", p.out_w},
        {"kernel_h", p.kernel_h}, {"kernel_w", p.kernel_w}, {"stride_h", p.stride_h},     {"stride_w", p.stride_w},
        {"pad_top", p.pad_top},   {"pad_left", p.pad_left}, {"dilation_h", p.dilation_h}, {"dilation_w", p.dilation_w}};
    for (const auto& [name, value] : values) call.set_value(name, value);
}

/// Of a kernel row, in places, whole blocks.
std::size_t padded_run_of(const Conv2dParameters& p, std::size_t block) {
    return rounded_up(static_cast<std::size_t>(p.kernel_w * p.in_c), block);
}

std::size_t blocks_of(const Conv2dParameters& p, std::size_t block) {
    return static_cast<std::size_t>(p.kernel_h) * padded_run_of(p, block) / block;
}

/// Two words a block and two a place, then four kernel rows as bytes.
std::size_t scratch_bytes_of(const Conv2dParameters& p, std::size_t block) {
    return blocks_of(p, block) * (2 + 2 * block) * sizeof(std::uint32_t) + 4 * padded_run_of(p, 4);
}

/// The weights of one channel, each kernel row padded with zeros to whole blocks.
std::vector<std::int8_t> padded_channel(const variants::conv_2d::Layer& layer, std::size_t c, std::size_t block) {
    const std::size_t depth = layer.tables.weights.size() / static_cast<std::size_t>(layer.parameters.out_c);
    const auto channel = layer.tables.weights.subspan(c * depth, depth);
    const std::size_t run = depth / static_cast<std::size_t>(layer.parameters.kernel_h);
    std::vector<std::int8_t> padded;
    for (std::size_t at = 0; at < depth; at += run) {
        const auto values = channel.subspan(at, run);
        padded.insert(padded.end(), values.begin(), values.end());
        padded.resize(rounded_up(padded.size(), block), 0);
    }
    return padded;
}

/// Where a place of the depth lies among the gathered words.
std::int16_t word_of(std::size_t place) { return static_cast<std::int16_t>(place / 4 * rt::nn::pixel_block_words + 2 + place % 4 * 2); }

}  // namespace

bool suits_pixel_pairs(const variants::conv_2d::Layer& given) {
    const auto layer = laid(given);
    return layer.parameters.groups == 1 && scratch_bytes_of(layer.parameters, 4) <= most_scratch_bytes &&
           suits_arm_dsp(layer.tables, false);
}

bool can_pair_short(const variants::conv_2d::Layer& given) {
    const auto layer = laid(given);
    const auto& w = layer.tables.weights;
    return layer.parameters.groups == 1 && scratch_bytes_of(layer.parameters, 2) <= most_scratch_bytes &&
           suits_arm_dsp(layer.tables, false) && std::find(w.begin(), w.end(), -128) == w.end();
}

bool suits_short_pairs(const variants::conv_2d::Layer& given) {
    const auto layer = laid(given);
    const auto& p = layer.parameters;
    if (!can_pair_short(layer)) return false;
    std::size_t taken = 0;
    const auto channels = static_cast<std::size_t>(p.out_c);
    for (std::size_t c = 0; c < channels; ++c) taken += limited_weights(padded_channel(layer, c, 4), 4).taken.size();
    // Instructions of one channel of four pixels, as nn/conv_2d/pixel_pairs_short.hpp and nn/conv_2d/pixel_pairs.hpp make them.
    const std::size_t with_two = 11 * blocks_of(p, 2) + blocks_of(p, 2) / 2 + 45;
    const std::size_t with_four = 20 * blocks_of(p, 4) + blocks_of(p, 4) / 2 + 60 + 26 * taken / channels;
    return with_two < with_four;
}

void use_short_pairs(const variants::conv_2d::Layer& given, const std::string& variant, KernelPlan& plan) {
    const auto layer = laid(given);
    const auto& p = layer.parameters;
    std::vector<std::uint8_t> weights;
    for (std::size_t c = 0; c < static_cast<std::size_t>(p.out_c); ++c) {
        const LimitedWeights limited = limited_weights(padded_channel(layer, c, 2), 2);
        weights.insert(weights.end(), limited.weights.begin(), limited.weights.end());
    }
    KernelCall& call = plan.calls[0];
    call.use("conv_2d", variant);
    set_geometry(call, p);
    call.tables = {kernel_table("weights", Type::i8, std::span<const std::uint8_t>(weights))};
    call.scratch_bytes = scratch_bytes_of(p, 2);
    // The windows of four pixels are gathered before these are written.
    plan.may_overlap = {window_overlap(p, {4, true})};
}

void use_pixel_pairs(const variants::conv_2d::Layer& given, const std::string& variant, KernelPlan& plan) {
    const auto layer = laid(given);
    const auto& p = layer.parameters;
    const auto channels = static_cast<std::size_t>(p.out_c);
    std::vector<std::uint8_t> weights;
    std::vector<std::int16_t> excess;
    std::size_t count_at = 0;
    for (std::size_t c = 0; c < channels; ++c) {
        const LimitedWeights limited = limited_weights(padded_channel(layer, c, 4), 4);
        weights.insert(weights.end(), limited.weights.begin(), limited.weights.end());
        const std::size_t of_chunk = c % static_cast<std::size_t>(rt::nn::pixel_pairs_chunk);
        if (of_chunk == 0) count_at = excess.size(), excess.push_back(0);
        for (const auto& t : limited.taken) {
            excess.insert(excess.end(), {static_cast<std::int16_t>(of_chunk), word_of(t.place), static_cast<std::int16_t>(t.weight)});
            ++excess[count_at];
        }
    }
    KernelCall& call = plan.calls[0];
    call.use("conv_2d", variant);
    set_geometry(call, p);
    call.tables = {kernel_table("weights", Type::i8, std::span<const std::uint8_t>(weights)),
                   kernel_table("excess", Type::i16, std::span<const std::int16_t>(excess))};
    call.scratch_bytes = scratch_bytes_of(p, 4);
    // The windows of four pixels are gathered before these are written.
    plan.may_overlap = {window_overlap(p, {4, true})};
}

}  // namespace mote::graph
