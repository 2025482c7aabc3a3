// What the variants of conv_2d named pixel_pairs share: nn/conv_2d/pixel_pairs.hpp says how its tables are laid out.
#pragma once

#include "graph/variants/conv_2d/catalogue.hpp"

namespace mote::graph {

/// All but whether the rescaling suits.
bool suits_pixel_pairs(const variants::conv_2d::Layer& layer);

/// Whether nn/conv_2d/pixel_pairs_short.hpp gives the bytes of the reference.
bool can_pair_short(const variants::conv_2d::Layer& layer);
/// The same, and whether blocks of two places make fewer instructions than blocks of four, of which some must be kept from overflowing.
bool suits_short_pairs(const variants::conv_2d::Layer& layer);

/// The weights of nn/conv_2d/pixel_pairs_short.hpp in a plan like that below.
void use_short_pairs(const variants::conv_2d::Layer& layer, const std::string& variant, KernelPlan& plan);

/// Turns the reference's plan into one of nn/conv_2d/VARIANT.hpp, with the tables of weights; those for rescaling are to follow.
void use_pixel_pairs(const variants::conv_2d::Layer& layer, const std::string& variant, KernelPlan& plan);

}  // namespace mote::graph
