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
    void depthwise(Step kernel, Step stride = {}, const char* padding = "same") {
        const int channels = shape()[3];
        add("depthwise_conv_2d", {1, kernel.h, kernel.w, channels}, kernel.h * kernel.w, channels, stride, {}, padding);
    }
    /// Puts the rows of the last `rows` inferences before those of this one, and keeps the newest for the next.
    void remember(int rows) {
        const std::vector<int> all = shape();
        const int state =
            graph_.add_tensor({"state_" + std::to_string(graph_.tensors.size()), graph::Type::f32, {1, rows, 1, all[3]}, {}, {}, true});
        const int before = graph::append(graph_, "copy", name_of("copy"), {state});
        const int both = graph::append(graph_, "concat", name_of("concat"), {before, last_}, {{"axis", 1}});
        const int kept = graph::append(graph_, "slice", name_of("slice"), {both},
                                       {{"begin", {0, all[1], 0, 0}}, {"size", {1, rows, 1, all[3]}}, {"strides", {1, 1, 1, 1}}});
        graph::Node assign;
        assign.name = name_of("assign"), assign.op = "assign", assign.inputs = {kept}, assign.outputs = {state};
        graph_.add_node(std::move(assign));
        last_ = both;
    }
    void pool(const char* op, Step kernel) {
        last_ = graph::append(graph_, op, name_of(op), {last_},
                              {{"kernel_h", kernel.h}, {"kernel_w", kernel.w}, {"stride_h", kernel.h}, {"stride_w", kernel.w}});
    }
    int last() const { return last_; }
    void add_to(int other) { last_ = graph::append(graph_, "add", name_of("add"), {other, last_}, {{"activation", "relu"}}); }
    /// lstm or gru over [1, T, I], from zeros or, as a stream, from where the last inference ended.
    void recurrent(const char* op, int units, bool is_stream) {
        const bool is_gru = std::string_view(op) == "gru";
        const int gates = is_gru ? 3 : 4, channels = shape()[2];
        std::vector<int> inputs = {last_};
        for (int g = 0; g < gates; ++g) inputs.push_back(constant({units, channels}, 2 * channels));
        for (int g = 0; g < gates; ++g) inputs.push_back(constant({units, units}, 2 * units));
        for (int g = 0; g < gates * (is_gru ? 2 : 1); ++g) inputs.push_back(constant({units}, 100));
        for (int s = 0; s < (is_gru ? 1 : 2); ++s) inputs.push_back(is_stream ? variable(units) : zeros({1, units}));
        last_ = graph::append(graph_, op, name_of(op), std::move(inputs));
    }
    void last_step() {
        const std::vector<int> all = shape();
        last_ = graph::append(graph_, "slice", name_of("slice"), {last_},
                              {{"begin", {0, all[1] - 1, 0}}, {"size", {1, 1, all[2]}}, {"strides", {1, 1, 1}}});
    }
    void svdf(int units, int rank, int memory) {
        const int filters = units * rank;
        last_ = graph::append(graph_, "svdf", name_of("svdf"),
                              {last_, constant({filters, shape()[1]}, shape()[1]), constant({filters, memory}, memory * rank),
                               constant({units}, 100), variable(filters * memory)},
                              {{"rank", rank}, {"activation", "relu"}});
    }
    /// An LSTM over [1, T, I] from zeros, each step spelt out as Keras does with `unroll`: dense layers, a split, functions of one value,
    /// products and sums.
    void unrolled_lstm(int units) {
        const int steps = shape()[1], channels = shape()[2], series = last_;
        const int w = constant({4 * units, channels}, 2 * channels), u = constant({4 * units, units}, 2 * units);
        const int b = constant({4 * units}, 100), none = zeros({4 * units});
        int h = -1, c = -1;
        const auto node = [&](const char* op, std::vector<int> inputs, base::Json attributes = base::Json::object()) {
            return graph::append(graph_, op, name_of(op), std::move(inputs), std::move(attributes));
        };
        for (int t = 0; t < steps; ++t) {
            const int row = node("slice", {series}, {{"begin", {0, t, 0}}, {"size", {1, 1, channels}}, {"strides", {1, 1, 1}}});
            const int input = node("dense", {node("reshape", {row}, {{"shape", {1, channels}}}), w, b});
            const int sum = t == 0 ? input : node("add", {input, node("dense", {h, u, none})});
            const auto gate = [&](int g, const char* function) {
                return node(function, {node("slice", {sum}, {{"begin", {0, g * units}}, {"size", {1, units}}, {"strides", {1, 1}}})});
            };
            const int fresh = node("mul", {gate(0, "logistic"), gate(2, "tanh")});
            c = t == 0 ? fresh : node("add", {node("mul", {gate(1, "logistic"), c}), fresh});
            h = node("mul", {gate(3, "logistic"), node("tanh", {c})});
        }
        last_ = h;
    }
    /// Mean over height and width of an image, dense, softmax.
    graph::Graph classes(int count) {
        if (shape().size() == 4) pool("average_pool_2d", {shape()[1], shape()[2]});
        const int channels = shape().back();
        if (shape().size() > 2) last_ = graph::append(graph_, "reshape", "flat", {last_}, {{"shape", {1, channels}}});
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

    int variable(int count) {
        return graph_.add_tensor({"state_" + std::to_string(graph_.tensors.size()), graph::Type::f32, {1, count}, {}, {}, true});
    }
    int zeros(std::vector<int> dimensions) {
        const std::vector<float> values(static_cast<std::size_t>(dimensions.back()), 0.0f);
        return graph::add_constant(graph_, "start_" + std::to_string(graph_.tensors.size()), std::move(dimensions), values);
    }

    void add(const char* op, std::vector<int> weights, int fan_in, int channels, Step stride, Step dilation, const char* padding = "same") {
        const int w = constant(std::move(weights), fan_in), b = constant({channels}, 100);
        const bool is_pointwise = std::string_view(op) == "conv_2d" && fan_in == shape()[3];
        for (int c = 0; silent_step_ > 0 && is_pointwise && c < channels; c += silent_step_)
            graph_.tensors[static_cast<std::size_t>(b)].as<float>()[static_cast<std::size_t>(c)] = -1000;
        last_ = graph::append(graph_, op, name_of(op), {last_, w, b},
                              {{"stride_h", stride.h},
                               {"stride_w", stride.w},
                               {"dilation_h", dilation.h},
                               {"dilation_w", dilation.w},
                               {"padding", padding},
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

graph::Graph recurrent(const char* op) {
    Network network({1, 32, 9});
    network.recurrent(op, 32, false);
    network.last_step();
    return network.classes(6);
}
graph::Graph lstm() { return recurrent("lstm"); }
graph::Graph gru() { return recurrent("gru"); }

graph::Graph lstm_stream() {
    Network network({1, 1, 40});
    network.recurrent("lstm", 64, true);
    network.recurrent("lstm", 64, true);
    return network.classes(12);
}

graph::Graph svdf_stream() {
    Network network({1, 40});
    network.svdf(64, 1, 10);
    network.svdf(64, 1, 10);
    network.svdf(64, 1, 10);
    return network.classes(12);
}

graph::Graph ds_stream() {
    Network network({1, 1, 1, 40});
    network.conv(64, {1, 1});
    for (int block = 0; block < 4; ++block) {
        network.remember(4);
        network.depthwise({5, 1}, {}, "valid");
        network.conv(64, {1, 1});
    }
    return network.classes(12);
}

/// As TensorFlow Lite's converter leaves it: with its functions.
graph::Graph lstm_tflite() {
    graph::Graph graph = lstm();
    for (graph::Node& node : graph.nodes)
        if (node.op == "lstm") node.attributes["functions"] = "tflite";
    return graph;
}

graph::Graph unrolled() {
    Network network({1, 16, 9});
    network.unrolled_lstm(32);
    return network.classes(6);
}

struct Made {
    std::string_view name;
    graph::Graph (*make)();
};
constexpr Made made[] = {{"vww", vww},
                         {"quiet", quiet},
                         {"har", har},
                         {"cnn", cnn},
                         {"dscnn", dscnn},
                         {"tcn", tcn},
                         {"lstm", lstm},
                         {"gru", gru},
                         {"lstm_stream", lstm_stream},
                         {"lstm_tflite", lstm_tflite},
                         {"svdf_stream", svdf_stream},
                         {"unrolled", unrolled},
                         {"ds_stream", ds_stream}};

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
