// Small int8 networks with random constants whose activations stay inside their range.
#pragma once

#include "base/random.hpp"
#include "graph/graph.hpp"

#include <string>
#include <vector>

namespace mote::codegen::testing {

/// Adds int8 nodes one behind the other; each call returns the index of the tensor that it computes.
class NetworkBuilder {
  public:
    NetworkBuilder(std::string name, std::vector<int> input_shape, std::uint64_t seed, float input_scale = 0.05f,
                   std::int32_t input_zero_point = 3);

    /// Standardised float features, quantised: what a learner puts behind a float input, which becomes the graph's.
    int standardise();
    int conv_2d(int x, int outputs, int kernel_h, int kernel_w, int stride, std::string padding, std::string activation);
    int depthwise_conv_2d(int x, int multiplier, int kernel_h, int kernel_w, int stride, std::string padding, std::string activation);
    int dense(int x, int outputs, std::string activation);
    int add(int a, int b, std::string activation);
    int pool(std::string op, int x, int kernel, int stride, std::string padding);
    int mean(int x);
    int reshape(int x, std::vector<int> shape);
    int unary(std::string op, int x);  ///< relu, relu6
    int pad(int x, std::vector<int> pads);
    int concat(std::vector<int> xs, int axis);
    int softmax(int x);
    int slice(int x, std::vector<int> begin, std::vector<int> size);
    /// What keeps its value between inferences; read it through copy().
    int variable(std::vector<int> shape, float scale, std::int32_t zero_point);
    /// Made-up values that a variable starts with.
    void start(int variable);
    int copy(int x);
    void assign(int x, int variable);
    /// dequantise and quantise: floats between two int8 tensors.
    int requantise(int x, float scale, std::int32_t zero_point);

    /// Channel `channel` of the layer that writes x becomes what `bias` makes of it, whatever the input is.
    void still(int x, int channel, std::int32_t bias);
    /// The layer that writes x, a convolution or a dense one, reads channel `channel` no more.
    void ignore(int x, int channel);

    /// The verified graph with output `x`.
    graph::Graph finish(int x);
    int input() const { return 0; }
    const std::vector<int>& shape_of(int x) const { return graph_.tensors[static_cast<std::size_t>(x)].shape; }

  private:
    int activation_tensor(std::vector<int> shape, float scale, std::int32_t zero_point);
    int weights(std::vector<int> shape, int channel_axis, std::size_t depth, int x);
    int node(std::string op, std::vector<int> inputs, base::Json attributes, float scale, std::int32_t zero_point);
    int weighted(std::string op, int x, std::vector<int> weight_shape, int channel_axis, std::size_t depth, base::Json attributes);
    const graph::Node& writer_of(int x) const;
    graph::Tensor& at(int x) { return graph_.tensors[static_cast<std::size_t>(x)]; }
    std::string fresh(const std::string& what) { return what + "_" + std::to_string(count_++); }

    graph::Graph graph_;
    base::Random random_;
    int count_ = 0;
};

graph::Graph dense_network(std::size_t features, int classes, std::uint64_t seed, float input_scale = 0.05f,
                           std::int32_t input_zero_point = 3);
/// Series [time, channels] of floats, standardised: two convolutions K x 1, pooling between, mean, dense.
graph::Graph conv_1d_network(int time, int channels, int classes, std::uint64_t seed);
/// Image or spectrogram [height, width]: convolution, depthwise-separable blocks, one with a residual add, mean, dense.
graph::Graph ds_cnn_network(int height, int width, int classes, std::uint64_t seed, float input_scale = 0.05f,
                            std::int32_t input_zero_point = 3);
/// Image [height, width] whose first layers have far larger results than the others: depthwise-separable ones, and a residual block.
graph::Graph wide_network(int height, int width, int classes, std::uint64_t seed);
/// Image [height, width]: convolutions with an add, a depthwise one, pools and a concat, where some channels never change and one is never
/// read. Those of the first layer stand at its zero point, others elsewhere, behind which windows with and without padding read them.
graph::Graph still_network(int height, int width, int classes, std::uint64_t seed);
/// A stream of frames [1, channels]: convolutions over the last five, whose answers add up; the frame before the last but one counts too.
/// Its three variables are read and assigned in the three orders that there are.
graph::Graph streaming_network(int channels, int classes, std::uint64_t seed);
/// One of every operator that has device code, in shapes that are no multiples of anything.
graph::Graph odd_network(std::size_t features, std::uint64_t seed);

}  // namespace mote::codegen::testing
