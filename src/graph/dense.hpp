// Kernels of dense layers, and of what is one: a convolution whose only window is the whole input.
#pragma once

#include "graph/layer.hpp"
#include "graph/variants/dense/catalogue.hpp"
#include "mote/rt/nn/conv_2d/reference.hpp"

namespace mote::graph {

KernelPlan lower_dense(const NodeView& view, const variants::dense::Layer& layer, Isa isa);

/// The convolution as a dense layer, where window_is_input() and there are no groups.
variants::dense::Layer dense_of(const QuantisedLayer<rt::nn::Conv2dParameters>& layer);

}  // namespace mote::graph
