#include "made_models.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/build.hpp"

#include <cmath>
#include <numeric>
#include <vector>

namespace mote::bench {

namespace {

/// Layers one behind the other, with weights that keep the size of what passes through.
class Network {
  public:
    explicit Network(std::vector<int> input) { last_ = graph::add_input(graph_, "input", std::move(input)); }

    void conv(int outputs, int kernel_h, int kernel_w, int stride_h, int stride_w) {
        const int channels = shape()[3];
        add("conv_2d", {outputs, kernel_h, kernel_w, channels}, kernel_h * kernel_w * channels, outputs, stride_h, stride_w);
    }
    void depthwise(int kernel_h, int kernel_w, int stride_h, int stride_w) {
        const int channels = shape()[3];
        add("depthwise_conv_2d", {1, kernel_h, kernel_w, channels}, kernel_h * kernel_w, channels, stride_h, stride_w);
    }
    /// Mean over height and width, dense, softmax.
    graph::Graph classes(int count) {
        last_ = graph::append(graph_, "average_pool_2d", "pool", {last_}, {{"kernel_h", shape()[1]}, {"kernel_w", shape()[2]}});
        const int channels = shape()[3];
        last_ = graph::append(graph_, "reshape", "flat", {last_}, {{"shape", {1, channels}}});
        last_ = graph::append(graph_, "dense", "dense", {last_, constant({count, channels}, channels), constant({count}, 100)});
        last_ = graph::append(graph_, "softmax", "softmax", {last_});
        graph_.outputs = {last_};
        std::vector<float> examples(4 * graph_.input().count());
        for (float& v : examples) v = static_cast<float>(random_.normal());
        return compress::quantise(graph_, examples, 4, {"minmax", "off", 4});
    }

  private:
    const std::vector<int>& shape() const { return graph_.tensors[static_cast<std::size_t>(last_)].shape; }

    int constant(std::vector<int> dimensions, int fan_in) {
        const auto count = std::accumulate(dimensions.begin(), dimensions.end(), std::size_t{1},
                                           [](std::size_t n, int d) { return n * static_cast<std::size_t>(d); });
        std::vector<float> values(count);
        for (float& v : values) v = static_cast<float>(random_.normal() * std::sqrt(2.0 / fan_in));
        return graph::add_constant(graph_, "constant_" + std::to_string(graph_.tensors.size()), std::move(dimensions), values);
    }

    void add(const char* op, std::vector<int> weights, int fan_in, int channels, int stride_h, int stride_w) {
        const int w = constant(std::move(weights), fan_in), b = constant({channels}, 100);
        last_ = graph::append(graph_, op, op + std::to_string(graph_.nodes.size()), {last_, w, b},
                              {{"stride_h", stride_h}, {"stride_w", stride_w}, {"padding", "same"}, {"activation", "relu6"}});
    }

    graph::Graph graph_;
    base::Random random_{1};
    int last_ = -1;
};

graph::Graph vww() {
    Network network({1, 96, 96, 3});
    network.conv(8, 3, 3, 2, 2);
    constexpr int blocks[][2] = {{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},  {128, 2}, {128, 1},
                                 {128, 1}, {128, 1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}};
    for (const auto& [channels, stride] : blocks) {
        network.depthwise(3, 3, stride, stride);
        network.conv(channels, 1, 1, 1, 1);
    }
    return network.classes(2);
}

graph::Graph har() {
    Network network({1, 128, 1, 6});
    network.conv(16, 5, 1, 1, 1);
    network.conv(32, 5, 1, 2, 1);
    network.depthwise(5, 1, 1, 1);
    network.conv(32, 1, 1, 1, 1);
    network.conv(64, 3, 1, 2, 1);
    return network.classes(6);
}

}  // namespace

graph::Graph made_model(const std::string& name) {
    if (name == "vww") return vww();
    if (name == "har") return har();
    throw base::Error("not_found", "there is no model \"" + name + "\"", "choose vww or har");
}

}  // namespace mote::bench
