// What the variants of depthwise_conv_2d named row_pairs share: nn/depthwise_conv_2d/row_pairs.hpp says how its tables are laid out.
#pragma once

#include "graph/variants/depthwise_conv_2d/catalogue.hpp"

namespace mote::graph {

/// Weights [rest][channels] as [channels][rest].
std::vector<std::int8_t> channels_first(std::span<const std::int8_t> weights, std::size_t channels);

/// All but whether the rescaling suits.
bool suits_row_pairs(const variants::depthwise_conv_2d::Layer& layer);

/// Turns the reference's plan into one of nn/depthwise_conv_2d/VARIANT.hpp, with the table of weights; those for rescaling are to follow.
void use_row_pairs(const variants::depthwise_conv_2d::Layer& layer, const std::string& variant, KernelPlan& plan);

}  // namespace mote::graph
