// What the variants of conv_2d named groups_* share.
#pragma once

#include "graph/variants/conv_2d/catalogue.hpp"

namespace mote::graph {

/// Whether the layer has groups and `suits` holds for each of them by itself.
bool suits_in_groups(const variants::conv_2d::Layer& layer, bool (*suits)(const variants::conv_2d::Layer& group));

/// A plan of nn/conv_2d/VARIANT.hpp from the plans that `apply` makes of each group by itself: their tables one behind the other.
void use_groups(const variants::conv_2d::Layer& layer, const std::string& variant,
                void (*apply)(const variants::conv_2d::Layer& group, KernelPlan& plan), KernelPlan& plan);

}  // namespace mote::graph
