#include "made_models.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/build.hpp"

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace mote::bench {

namespace {

struct Step {
    int h = 1, w = 1;
};

/// Layers one behind the other, with weights that keep the size of what passes through.
class Network {
  public:
    /// Of the channels behind each pointwise layer, every `silent_step`th never fires; 0: all may.
    explicit Network(std::vector<int> input, int silent_step = 0) : silent_step_(silent_step) {
        last_ = graph::add_input(graph_, "input", std::move(input));
    }

    void conv(int outputs, Step kernel, Step stride = {}, Step dilation = {}) {
        const int channels = shape()[3];
        add("conv_2d", {outputs, kernel.h, kernel.w, channels}, kernel.h * kernel.w * channels, outputs, stride, dilation);
    }
    void depthwise(Step kernel, Step stride = {}) {
        const int channels = shape()[3];
        add("depthwise_conv_2d", {1, kernel.h, kernel.w, channels}, kernel.h * kernel.w, channels, stride, {});
    }
    void pool(const char* op, Step kernel) {
        last_ = graph::append(graph_, op, name_of(op), {last_},
                              {{"kernel_h", kernel.h}, {"kernel_w", kernel.w}, {"stride_h", kernel.h}, {"stride_w", kernel.w}});
    }
    int last() const { return last_; }
    void add_to(int other) { last_ = graph::append(graph_, "add", name_of("add"), {other, last_}, {{"activation", "relu"}}); }
    /// Mean over height and width, dense, softmax.
    graph::Graph classes(int count) {
        pool("average_pool_2d", {shape()[1], shape()[2]});
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
    std::string name_of(const char* op) const { return op + std::to_string(graph_.nodes.size()); }

    int constant(std::vector<int> dimensions, int fan_in) {
        const auto count = std::accumulate(dimensions.begin(), dimensions.end(), std::size_t{1},
                                           [](std::size_t n, int d) { return n * static_cast<std::size_t>(d); });
        std::vector<float> values(count);
        for (float& v : values) v = static_cast<float>(random_.normal() * std::sqrt(2.0 / fan_in));
        return graph::add_constant(graph_, "constant_" + std::to_string(graph_.tensors.size()), std::move(dimensions), values);
    }

    void add(const char* op, std::vector<int> weights, int fan_in, int channels, Step stride, Step dilation) {
        const int w = constant(std::move(weights), fan_in), b = constant({channels}, 100);
        const bool is_pointwise = std::string_view(op) == "conv_2d" && fan_in == shape()[3];
        for (int c = 0; silent_step_ > 0 && is_pointwise && c < channels; c += silent_step_)
            graph_.tensors[static_cast<std::size_t>(b)].as<float>()[static_cast<std::size_t>(c)] = -1000;
        last_ = graph::append(graph_, op, name_of(op), {last_, w, b},
                              {{"stride_h", stride.h},
                               {"stride_w", stride.w},
                               {"dilation_h", dilation.h},
                               {"dilation_w", dilation.w},
                               {"padding", "same"},
                               {"activation", "relu6"}});
    }

    graph::Graph graph_;
    base::Random random_{1};
    int silent_step_ = 0;
    int last_ = -1;
};

graph::Graph mobile_net(int silent_step) {
    Network network({1, 96, 96, 3}, silent_step);
    network.conv(8, {3, 3}, {2, 2});
    constexpr int blocks[][2] = {{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},  {128, 2}, {128, 1},
                                 {128, 1}, {128, 1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}};
    for (const auto& [channels, stride] : blocks) {
        network.depthwise({3, 3}, {stride, stride});
        network.conv(channels, {1, 1});
    }
    return network.classes(2);
}

graph::Graph vww() { return mobile_net(0); }
graph::Graph quiet() { return mobile_net(5); }

graph::Graph har() {
    Network network({1, 128, 1, 6});
    network.conv(16, {5, 1});
    network.conv(32, {5, 1}, {2, 1});
    network.depthwise({5, 1});
    network.conv(32, {1, 1});
    network.conv(64, {3, 1}, {2, 1});
    return network.classes(6);
}

graph::Graph cnn() {
    Network network({1, 1, 128, 6});
    network.conv(32, {1, 5});
    network.pool("max_pool_2d", {1, 2});
    network.conv(64, {1, 5});
    network.pool("max_pool_2d", {1, 2});
    network.conv(64, {1, 3});
    return network.classes(6);
}

graph::Graph dscnn() {
    Network network({1, 256, 1, 3});
    network.conv(16, {9, 1}, {2, 1});
    constexpr int blocks[][3] = {{5, 24, 1}, {5, 32, 2}, {7, 32, 1}, {3, 64, 2}, {3, 64, 1}};
    for (const auto& [kernel, channels, stride] : blocks) {
        network.depthwise({kernel, 1}, {stride, 1});
        network.conv(channels, {1, 1});
    }
    return network.classes(5);
}

graph::Graph tcn() {
    Network network({1, 100, 1, 8});
    network.conv(24, {1, 1});
    for (const int dilation : {1, 2, 4, 8}) {
        const int before = network.last();
        network.conv(24, {3, 1}, {}, {dilation, 1});
        network.conv(24, {3, 1}, {}, {dilation, 1});
        network.add_to(before);
    }
    return network.classes(4);
}

struct Made {
    std::string_view name;
    graph::Graph (*make)();
};
constexpr Made made[] = {{"vww", vww}, {"quiet", quiet}, {"har", har}, {"cnn", cnn}, {"dscnn", dscnn}, {"tcn", tcn}};

}  // namespace

std::span<const std::string_view> made_models() {
    static const auto names = [] {
        std::vector<std::string_view> all;
        for (const Made& m : made) all.push_back(m.name);
        return all;
    }();
    return names;
}

graph::Graph made_model(const std::string& name) {
    for (const Made& m : made)
        if (m.name == name) return m.make();
    throw base::Error("not_found", "there is no model \"" + name + "\"", "choose one of those that bench/made_models.hpp names");
}

}  // namespace mote::bench
