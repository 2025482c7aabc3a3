// Networks with random weights and the shapes of common models for which no file lies at hand: instructions do not depend on weights.
#pragma once

#include "graph/graph.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mote::bench {

/// int8, by name:
///   vww   MobileNet v1 of width 1/4 on 96 x 96 x 3, two classes (the shape of MLPerf Tiny's visual wake words)
///   quiet the same, where every fifth channel behind a pointwise layer never fires: weight decay behind ReLU6 often makes such
///   har   a 1-D convolutional network on 128 samples of 6 axes, 6 classes
///   cnn   the same kind as 1 x 128 with kernels 1 x K, as Keras converts it: three convolutions of up to 64 channels, max pooling
///   dscnn a 1-D depthwise-separable network on 256 samples of 3 axes
///   tcn   a 1-D residual network with dilations 1, 2, 4 and 8 on 100 samples of 8 channels
///   lstm, gru    32 units over 32 samples of 9 axes, 6 classes
///   lstm_stream  two layers of 64 units, one step of 40 features an inference; the state stays
///   lstm_tflite  lstm with the functions that a model from TensorFlow Lite needs
///   ds_stream    a depthwise-separable network on one frame of 40 features an inference; its layers remember 4 frames
///   svdf_stream  three layers of 64 units that remember 10 inferences, 40 features an inference
///   unrolled     32 LSTM units over 16 samples of 9 axes, each step spelt out as Keras does with unroll=True; 6 classes
graph::Graph made_model(const std::string& name);

std::span<const std::string_view> made_models();

}  // namespace mote::bench
