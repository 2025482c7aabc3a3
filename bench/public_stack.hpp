// What one inference would cost the best public stack, TensorFlow Lite Micro with CMSIS-NN, on models for which nobody measured it.
//
// An estimate: the loops of arm_convolve_s8 (a window is copied place by place, then multiplied with two outputs of two windows at a time),
// arm_convolve_1x1_s8_fast, arm_depthwise_conv_s8_opt (without the DSP extension and with dilation arm_depthwise_conv_s8) and
// arm_fully_connected_s8 are counted as so many instructions a product, a place, a value and an output. What these are on each core follows
// from the four public models that were measured there: bench_inference prints how far the estimate is off them. What an LSTM costs
// (arm_lstm_unidirectional_s8) follows from the same products and from counting what it does with each sum and each unit: no measured model
// has one, so that figure is rough.
#pragma once

#include "graph/graph.hpp"

#include <string>

namespace mote::bench {

/// Executed instructions; 0 where an operator multiplies for which nothing is counted.
double estimated_public_stack(const graph::Graph& model, const std::string& core);

}  // namespace mote::bench
