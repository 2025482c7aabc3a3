#include "small_networks.hpp"

#include "graph/operator.hpp"

#include <cmath>
#include <cstring>
#include <stdexcept>

namespace mote::codegen::testing {

namespace {

using graph::Node;
using graph::Tensor;
using graph::Type;

template <class T>
base::Bytes bytes_of(const std::vector<T>& values) {
    base::Bytes bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

}  // namespace

NetworkBuilder::NetworkBuilder(std::string name, std::vector<int> input_shape, std::uint64_t seed, float input_scale,
                               std::int32_t input_zero_point)
    : random_(seed) {
    graph_.name = std::move(name);
    graph_.inputs = {activation_tensor(std::move(input_shape), input_scale, input_zero_point)};
    at(0).name = "features";
}

int NetworkBuilder::activation_tensor(std::vector<int> shape, float scale, std::int32_t zero_point) {
    Tensor t;
    t.name = fresh("t");
    t.type = Type::i8;
    t.shape = std::move(shape);
    t.quantisation = {{scale}, {zero_point}, -1};
    return graph_.add_tensor(std::move(t));
}

int NetworkBuilder::node(std::string op, std::vector<int> inputs, base::Json attributes, float scale, std::int32_t zero_point) {
    Node n;
    n.name = fresh(op);
    n.op = std::move(op);
    n.inputs = std::move(inputs);
    n.attributes = std::move(attributes);
    n.outputs = {activation_tensor({1}, scale, zero_point)};
    const int output = n.outputs.front();
    const Node& added = graph_.add_node(std::move(n));
    at(output).shape = graph::find_operator(added.op)->infer(graph_, added).front();
    return output;
}

int NetworkBuilder::weights(std::vector<int> shape, int channel_axis, std::size_t depth, int x) {
    (void)depth, (void)x;
    Tensor t;
    t.name = fresh("weights");
    t.type = Type::i8;
    t.shape = std::move(shape);
    std::vector<std::int8_t> values(t.count());
    for (auto& v : values) v = static_cast<std::int8_t>(static_cast<int>(random_.below(255)) - 127);
    t.data = bytes_of(values);
    t.quantisation.axis = channel_axis;
    for (int c = 0; c < t.shape[static_cast<std::size_t>(channel_axis)]; ++c) {
        t.quantisation.scale.push_back(static_cast<float>(random_.uniform(0.002, 0.006)));
        t.quantisation.zero_point.push_back(0);
    }
    return graph_.add_tensor(std::move(t));
}

int NetworkBuilder::weighted(std::string op, int x, std::vector<int> shape, int channel_axis, std::size_t depth, base::Json attributes) {
    const int w = weights(std::move(shape), channel_axis, depth, x);
    Tensor bias;
    bias.name = fresh("bias");
    bias.type = Type::i32;
    const auto& scales = at(w).quantisation.scale;
    bias.shape = {static_cast<int>(scales.size())};
    std::vector<std::int32_t> values(scales.size());
    for (auto& v : values) v = static_cast<std::int32_t>(random_.uniform(-2000, 2000));
    bias.data = bytes_of(values);
    const float in_scale = at(x).quantisation.scale[0];
    for (const float s : scales) bias.quantisation.scale.push_back(s * in_scale), bias.quantisation.zero_point.push_back(0);
    bias.quantisation.axis = 0;
    const int b = graph_.add_tensor(std::move(bias));
    // Inputs and weights spread over their ranges with a deviation of about 50 and 73 steps: the sums then cover the output's range.
    const float spread = 0.004f * in_scale * std::sqrt(static_cast<float>(depth)) * 50 * 73;
    const bool clamped = attributes.at("activation") != "none";
    return node(std::move(op), {x, w, b}, std::move(attributes), spread / 45, clamped ? -128 : static_cast<int>(random_.below(21)) - 10);
}

int NetworkBuilder::standardise() {
    at(0).type = Type::f32;
    at(0).quantisation = {};
    const int channels = at(0).shape.back();
    std::vector<int> inputs = {0};
    const std::pair<double, double> ranges[] = {{0.5, 2}, {-1, 1}, {-1, 1}, {0.5, 4}};  // gamma, beta, mean, variance
    for (const auto& [low, high] : ranges) {
        Tensor t;
        t.name = fresh("statistic");
        t.shape = {channels};
        std::vector<float> values(static_cast<std::size_t>(channels));
        for (auto& v : values) v = static_cast<float>(random_.uniform(low, high));
        t.data = bytes_of(values);
        inputs.push_back(graph_.add_tensor(std::move(t)));
    }
    const int real = node("batch_norm", inputs, {{"epsilon", 1e-3}}, 1, 0);
    at(real).type = Type::f32;
    at(real).quantisation = {};
    return node("quantise", {real}, base::Json::object(), 0.04f, 3);
}

int NetworkBuilder::conv_2d(int x, int outputs, int kernel_h, int kernel_w, int stride, std::string padding, std::string activation) {
    const int channels = shape_of(x)[3];
    return weighted("conv_2d", x, {outputs, kernel_h, kernel_w, channels}, 0, static_cast<std::size_t>(kernel_h * kernel_w * channels),
                    {{"stride_h", stride}, {"stride_w", stride}, {"padding", padding}, {"activation", activation}});
}

int NetworkBuilder::depthwise_conv_2d(int x, int multiplier, int kernel_h, int kernel_w, int stride, std::string padding,
                                      std::string activation) {
    const int channels = shape_of(x)[3] * multiplier;
    return weighted(
        "depthwise_conv_2d", x, {1, kernel_h, kernel_w, channels}, 3, static_cast<std::size_t>(kernel_h * kernel_w),
        {{"stride_h", stride}, {"stride_w", stride}, {"padding", padding}, {"activation", activation}, {"multiplier", multiplier}});
}

int NetworkBuilder::dense(int x, int outputs, std::string activation) {
    const int depth = shape_of(x)[1];
    return weighted("dense", x, {outputs, depth}, 0, static_cast<std::size_t>(depth), {{"activation", activation}});
}

int NetworkBuilder::add(int a, int b, std::string activation) {
    const float scale = at(a).quantisation.scale[0] + at(b).quantisation.scale[0];
    return node("add", {a, b}, {{"activation", activation}}, scale * 0.8f, activation == "none" ? 4 : -128);
}

int NetworkBuilder::pool(std::string op, int x, int kernel, int stride, std::string padding) {
    const auto& q = at(x).quantisation;
    return node(std::move(op), {x},
                {{"kernel_h", kernel},
                 {"kernel_w", kernel},
                 {"stride_h", stride},
                 {"stride_w", stride},
                 {"padding", padding},
                 {"activation", "none"}},
                q.scale[0], q.zero_point[0]);
}

int NetworkBuilder::mean(int x) {
    const float scale = at(x).quantisation.scale[0] * 0.6f;
    return node("mean", {x}, {{"axes", {1, 2}}, {"keep_dims", false}}, scale, -20);
}

int NetworkBuilder::reshape(int x, std::vector<int> shape) {
    const auto& q = at(x).quantisation;
    return node("reshape", {x}, {{"shape", shape}}, q.scale[0], q.zero_point[0]);
}

int NetworkBuilder::unary(std::string op, int x) {
    const float scale = at(x).quantisation.scale[0];
    return node(std::move(op), {x}, base::Json::object(), scale, -128);
}

int NetworkBuilder::pad(int x, std::vector<int> pads) {
    const auto& q = at(x).quantisation;
    return node("pad", {x}, {{"pads", pads}}, q.scale[0], q.zero_point[0]);
}

int NetworkBuilder::concat(std::vector<int> xs, int axis) {
    const auto& q = at(xs.front()).quantisation;
    return node("concat", std::move(xs), {{"axis", axis}}, q.scale[0], q.zero_point[0]);
}

int NetworkBuilder::softmax(int x) { return node("softmax", {x}, base::Json::object(), 1.0f / 256, -128); }

int NetworkBuilder::slice(int x, std::vector<int> begin, std::vector<int> size) {
    const auto& q = at(x).quantisation;
    return node("slice", {x}, {{"begin", begin}, {"size", size}}, q.scale[0], q.zero_point[0]);
}

int NetworkBuilder::variable(std::vector<int> shape, float scale, std::int32_t zero_point) {
    const int v = activation_tensor(std::move(shape), scale, zero_point);
    at(v).is_variable = true;
    return v;
}

void NetworkBuilder::start(int variable) {
    base::Bytes values(at(variable).count());
    for (std::byte& v : values) v = static_cast<std::byte>(random_.below(256));
    at(variable).initial = std::move(values);
}

int NetworkBuilder::copy(int x) {
    const auto& q = at(x).quantisation;
    return node("copy", {x}, base::Json::object(), q.scale[0], q.zero_point[0]);
}

void NetworkBuilder::assign(int x, int variable) {
    Node n;
    n.name = fresh("assign");
    n.op = "assign";
    n.inputs = {x};
    n.outputs = {variable};
    graph_.add_node(std::move(n));
}

int NetworkBuilder::requantise(int x, float scale, std::int32_t zero_point) {
    const int real = node("dequantise", {x}, base::Json::object(), 1, 0);
    at(real).type = Type::f32;
    at(real).quantisation = {};
    return node("quantise", {real}, base::Json::object(), scale, zero_point);
}

const Node& NetworkBuilder::writer_of(int x) const {
    for (const Node& node : graph_.nodes)
        if (node.outputs.front() == x) return node;
    throw std::logic_error("no node writes it");
}

void NetworkBuilder::still(int x, int channel, std::int32_t bias) {
    const Node& node = writer_of(x);
    Tensor& weights = at(node.inputs[1]);
    const auto channels = static_cast<std::size_t>(shape_of(x).back()), c = static_cast<std::size_t>(channel);
    const std::size_t rest = weights.count() / channels;
    for (std::size_t i = 0; i < weights.count(); ++i)
        if ((node.op == "depthwise_conv_2d" ? i % channels : i / rest) == c) weights.as<std::int8_t>()[i] = 0;
    at(node.inputs[2]).as<std::int32_t>()[c] = bias;
}

void NetworkBuilder::ignore(int x, int channel) {
    Tensor& weights = at(writer_of(x).inputs[1]);
    const auto depth = static_cast<std::size_t>(weights.shape.back());
    for (std::size_t i = static_cast<std::size_t>(channel); i < weights.count(); i += depth) weights.as<std::int8_t>()[i] = 0;
}

graph::Graph NetworkBuilder::finish(int x) {
    graph_.outputs = {x};
    graph::verify(graph_);
    return std::move(graph_);
}

graph::Graph dense_network(std::size_t features, int classes, std::uint64_t seed, float input_scale, std::int32_t input_zero_point) {
    NetworkBuilder b("dense", {1, static_cast<int>(features)}, seed, input_scale, input_zero_point);
    int x = b.dense(b.input(), 20, "relu");
    x = b.dense(x, 13, "relu6");
    return b.finish(b.softmax(b.dense(x, classes, "none")));
}

graph::Graph streaming_network(int channels, int classes, std::uint64_t seed) {
    NetworkBuilder b("streaming", {1, 1, channels}, seed);
    const int frames = b.variable({1, 4, channels}, 0.05f, 3);
    b.start(frames);
    const int last = b.variable({1, 1, channels}, 0.05f, 3);
    // Nobody reads the old frames behind the concatenation: the new ones are computed in their place.
    const int all = b.concat({b.copy(frames), b.input()}, 1);
    b.assign(b.slice(all, {0, 1, 0}, {1, 4, channels}), frames);
    // The old value is wanted after the new one was assigned: it needs memory of its own.
    const int before = b.copy(last);
    b.assign(b.slice(all, {0, 3, 0}, {1, 1, channels}), last);
    const int both = b.concat({all, before}, 1);
    int x = b.conv_2d(b.reshape(both, {1, 6, 1, channels}), 7, 3, 1, 1, "same", "relu");
    x = b.dense(b.mean(x), classes, "none");
    // What is assigned is computed from the old value itself.
    const int total = b.variable({1, classes}, 0.1f, -7);
    const int sum = b.add(b.copy(total), x, "none");
    b.assign(b.requantise(sum, 0.1f, -7), total);
    return b.finish(b.softmax(sum));
}

graph::Graph conv_1d_network(int time, int channels, int classes, std::uint64_t seed) {
    NetworkBuilder b("conv_1d", {1, time, channels}, seed);
    int x = b.reshape(b.standardise(), {1, time, 1, channels});
    x = b.conv_2d(x, 8, 5, 1, 1, "same", "relu");
    x = b.conv_2d(x, 12, 3, 1, 2, "same", "relu");
    x = b.mean(x);
    return b.finish(b.softmax(b.dense(x, classes, "none")));
}

graph::Graph ds_cnn_network(int height, int width, int classes, std::uint64_t seed, float input_scale, std::int32_t input_zero_point) {
    NetworkBuilder b("ds_cnn", {1, height, width}, seed, input_scale, input_zero_point);
    int x = b.reshape(b.input(), {1, height, width, 1});
    x = b.conv_2d(x, 12, 5, 3, 2, "same", "relu");
    for (int block = 0; block < 2; ++block) {
        int y = b.depthwise_conv_2d(x, 1, 3, 3, 1, "same", "relu");
        y = b.conv_2d(y, 12, 1, 1, 1, "same", block == 0 ? "none" : "relu");
        x = block == 0 ? b.add(x, y, "relu") : y;
    }
    x = b.pool("average_pool_2d", x, 2, 2, "valid");
    x = b.reshape(x, {1, b.shape_of(x)[1] * b.shape_of(x)[2] * b.shape_of(x)[3]});
    return b.finish(b.softmax(b.dense(x, classes, "none")));
}

graph::Graph wide_network(int height, int width, int classes, std::uint64_t seed) {
    NetworkBuilder b("wide", {1, height, width}, seed);
    int x = b.reshape(b.input(), {1, height, width, 1});
    x = b.conv_2d(x, 6, 3, 3, 1, "same", "relu");
    x = b.depthwise_conv_2d(x, 1, 3, 3, 1, "same", "relu");
    x = b.conv_2d(x, 16, 1, 1, 1, "same", "relu");
    x = b.depthwise_conv_2d(x, 1, 3, 3, 2, "same", "relu");
    const int y = b.conv_2d(b.conv_2d(x, 16, 3, 3, 1, "same", "relu"), 16, 3, 3, 1, "same", "none");
    x = b.add(x, y, "relu");
    x = b.pool("max_pool_2d", x, 3, 2, "same");
    x = b.conv_2d(x, 5, 2, 2, 2, "valid", "relu");
    return b.finish(b.softmax(b.dense(b.mean(x), classes, "none")));
}

graph::Graph still_network(int height, int width, int classes, std::uint64_t seed) {
    NetworkBuilder b("still", {1, height, width}, seed);
    int x = b.reshape(b.input(), {1, height, width, 1});
    x = b.conv_2d(x, 12, 3, 3, 1, "same", "relu");
    for (const int channel : {1, 5, 7}) b.still(x, channel, -100000);
    int y = b.depthwise_conv_2d(x, 1, 3, 3, 1, "same", "relu6");
    b.still(y, 9, 300);
    y = b.conv_2d(y, 12, 1, 1, 1, "same", "none");
    b.still(y, 7, 2500);
    b.still(y, 2, 1500);
    x = b.add(x, y, "none");
    y = b.conv_2d(x, 10, 1, 1, 1, "valid", "relu");
    b.still(y, 3, 4000);
    y = b.conv_2d(y, 9, 3, 3, 2, "same", "relu");
    x = b.conv_2d(x, 9, 1, 1, 2, "same", "relu");
    b.still(y, 8, -5000);
    b.still(x, 8, 2000);
    y = b.add(x, y, "relu6");
    x = b.pool("max_pool_2d", y, 2, 2, "valid");
    y = b.pool("average_pool_2d", y, 2, 2, "valid");
    x = b.concat({x, y}, 3);
    x = b.conv_2d(x, 8, 2, 2, 1, "valid", "none");
    b.still(x, 4, 700);
    x = b.reshape(x, {1, b.shape_of(x)[1] * b.shape_of(x)[2] * b.shape_of(x)[3]});
    x = b.dense(x, 11, "relu");
    y = b.dense(x, classes, "none");
    b.ignore(y, 6);
    b.still(x, 10, -4000);
    return b.finish(b.softmax(y));
}

graph::Graph odd_network(std::size_t features, std::uint64_t seed) {
    NetworkBuilder b("odd", {1, static_cast<int>(features)}, seed);
    const int width = static_cast<int>(features) / 7;
    int x = b.reshape(b.input(), {1, 7, width, 1});
    x = b.pad(x, {0, 0, 1, 0, 0, 2, 0, 0});
    x = b.conv_2d(x, 5, 2, 3, 1, "valid", "relu6");
    int y = b.depthwise_conv_2d(x, 3, 3, 2, 2, "same", "none");
    y = b.unary("relu", y);
    x = b.conv_2d(x, 15, 1, 1, 2, "same", "none");
    x = b.requantise(x, 0.4f, -7);
    x = b.add(y, x, "none");
    x = b.pool("max_pool_2d", x, 3, 2, "same");
    y = b.pool("average_pool_2d", x, 3, 1, "same");
    x = b.concat({x, y}, 3);
    x = b.unary("relu6", x);
    return b.finish(b.dense(b.mean(x), 3, "none"));
}

}  // namespace mote::codegen::testing
