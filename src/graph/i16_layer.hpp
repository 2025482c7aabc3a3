// Layers with int16 activations and int8 weights (rt/nn/i16.hpp): dense, conv_2d, depthwise_conv_2d.
#pragma once

#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "graph/window.hpp"

namespace mote::graph {

/// Throws when a scale is so large that TensorFlow Lite's arithmetic, which is used here, has no room for the result.
void check_i16_layer(const NodeView& view);

/// `weights` lie as the operator's do, with the channels along `axis`; a dense layer is a convolution of one place.
std::function<void(Values&)> prepare_i16_convolution(const NodeView& view, const Window& window, int groups, std::string_view activation);
KernelPlan lower_i16_convolution(const NodeView& view, const Window& window, int groups, std::string_view activation);
std::function<void(Values&)> prepare_i16_depthwise(const NodeView& view, const Window& window, int multiplier, std::string_view activation);
KernelPlan lower_i16_depthwise(const NodeView& view, const Window& window, int multiplier, std::string_view activation);

/// One place of so many channels.
Window place_of_channels(int channels);

}  // namespace mote::graph
