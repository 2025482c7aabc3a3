// What the variants of transposed_conv_2d that go by way of conv_2d share.
#pragma once

#include "graph/variants/conv_2d/catalogue.hpp"
#include "graph/variants/transposed_conv_2d/catalogue.hpp"

namespace mote::graph {

/// Whether every phase of the stride meets the kernel, and `suits` holds for each of them by itself.
bool suits_in_phases(const variants::transposed_conv_2d::Layer& layer, bool (*suits)(const variants::conv_2d::Layer& phase));

/// A plan of nn/transposed_conv_2d/VARIANT.hpp from the plans that `apply` makes of each phase by itself: their tables one behind the
/// other.
void use_phases(const variants::transposed_conv_2d::Layer& layer, const std::string& variant,
                void (*apply)(const variants::conv_2d::Layer& phase, KernelPlan& plan), KernelPlan& plan);

}  // namespace mote::graph
