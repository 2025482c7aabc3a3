#include "learn/layers.hpp"

#include <cmath>
#include <cstring>

namespace mote::learn {

namespace {
constexpr double layer_epsilon = 1e-3;
constexpr double standardise_epsilon = 1e-12;  // features may vary little; the measured variance is never zero

int same_size(int size, int stride) { return (size + stride - 1) / stride; }

base::Json window_attributes(const Window& w) {
    return {{"stride_h", w.stride_height}, {"stride_w", w.stride_width}, {"padding", "same"}, {"activation", "none"}};
}

std::size_t count_of(const std::vector<int>& shape) {
    std::size_t n = 1;
    for (const int d : shape) n *= static_cast<std::size_t>(d);
    return n;
}
}  // namespace

Layers::Layers(std::string name, const std::vector<int>& feature_shape, base::Random random) : random_(random) {
    graph_.name = std::move(name);
    graph::Tensor input;
    input.name = "features";
    input.shape = {1};
    input.shape.insert(input.shape.end(), feature_shape.begin(), feature_shape.end());
    graph_.tensors.push_back(std::move(input));
    graph_.inputs = {0};
}

std::string Layers::next_name(std::string_view kind) { return std::string(kind) + "_" + std::to_string(++layers_); }

int Layers::constant(const std::string& name, std::vector<int> shape, float value) {
    graph::Tensor tensor;
    tensor.name = name;
    tensor.data.resize(count_of(shape) * sizeof(float));
    tensor.shape = std::move(shape);
    for (float& v : tensor.as<float>()) v = value;
    graph_.tensors.push_back(std::move(tensor));
    return static_cast<int>(graph_.tensors.size()) - 1;
}

int Layers::normal_constant(const std::string& name, std::vector<int> shape, double deviation) {
    const int index = constant(name, std::move(shape), 0);
    base::Random random = random_.fork(name);
    for (float& v : graph_.tensors[static_cast<std::size_t>(index)].as<float>()) v = static_cast<float>(random.normal() * deviation);
    return index;
}

int Layers::append(const std::string& op, const std::string& name, std::vector<int> inputs, std::vector<int> shape, base::Json attributes) {
    graph::Tensor tensor;
    tensor.name = name;
    tensor.shape = std::move(shape);
    graph_.tensors.push_back(std::move(tensor));
    const int output = static_cast<int>(graph_.tensors.size()) - 1;
    graph_.nodes.push_back({op, name, std::move(inputs), {output}, std::move(attributes)});
    return output;
}

int Layers::batch_norm(int x, const std::string& name, double epsilon) {
    const std::vector<int> shape = this->shape(x);
    const int channels = shape.back();
    const int gamma = constant(name + ".gamma", {channels}, 1), beta = constant(name + ".beta", {channels}, 0);
    const int mean = constant(name + ".mean", {channels}, 0), variance = constant(name + ".variance", {channels}, 1);
    return append("batch_norm", name, {x, gamma, beta, mean, variance}, shape, {{"epsilon", epsilon}});
}

int Layers::relu(int x, const std::string& name) { return append("relu", name, {x}, std::vector<int>(shape(x)), base::Json::object()); }

int Layers::normalised(int x, const std::string& name, bool with_relu) {
    const int y = batch_norm(x, name + ".norm", layer_epsilon);
    return with_relu ? relu(y, name + ".relu") : y;
}

int Layers::standardise(int x) { return batch_norm(x, "standardise", standardise_epsilon); }

int Layers::reshape(int x, std::vector<int> shape) {
    base::Json attributes = {{"shape", shape}};
    return append("reshape", next_name("reshape"), {x}, std::move(shape), std::move(attributes));
}

int Layers::convolve(int x, const Window& w, int filters, bool with_relu) {
    const std::string name = next_name("conv");
    const std::vector<int> in = shape(x);
    const double fan_in = static_cast<double>(w.height) * w.width * in[3];
    const int weights = normal_constant(name + ".weights", {filters, w.height, w.width, in[3]}, std::sqrt(2 / fan_in));
    const int bias = constant(name + ".bias", {filters}, 0);
    const std::vector<int> out = {1, same_size(in[1], w.stride_height), same_size(in[2], w.stride_width), filters};
    return normalised(append("conv_2d", name, {x, weights, bias}, out, window_attributes(w)), name, with_relu);
}

int Layers::convolve_depthwise(int x, const Window& w, bool with_relu) {
    const std::string name = next_name("depthwise");
    const std::vector<int> in = shape(x);
    const double fan_in = static_cast<double>(w.height) * w.width;
    const int weights = normal_constant(name + ".weights", {1, w.height, w.width, in[3]}, std::sqrt(2 / fan_in));
    const int bias = constant(name + ".bias", {in[3]}, 0);
    const std::vector<int> out = {1, same_size(in[1], w.stride_height), same_size(in[2], w.stride_width), in[3]};
    base::Json attributes = window_attributes(w);
    attributes["multiplier"] = 1;
    return normalised(append("depthwise_conv_2d", name, {x, weights, bias}, out, std::move(attributes)), name, with_relu);
}

int Layers::add(int a, int b) { return append("add", next_name("add"), {a, b}, std::vector<int>(shape(a)), {{"activation", "relu"}}); }

int Layers::average_pool(int x, const Window& w) {
    const std::vector<int> in = shape(x);
    const std::vector<int> out = {1, same_size(in[1], w.stride_height), same_size(in[2], w.stride_width), in[3]};
    base::Json attributes = window_attributes(w);
    attributes["kernel_h"] = w.height;
    attributes["kernel_w"] = w.width;
    return append("average_pool_2d", next_name("pool"), {x}, out, std::move(attributes));
}

int Layers::mean(int x) {
    const std::vector<int> in = shape(x);
    base::Json attributes = {{"kernel_h", in[1]}, {"kernel_w", in[2]},  {"stride_h", 1},
                             {"stride_w", 1},     {"padding", "valid"}, {"activation", "none"}};
    const int pooled = append("average_pool_2d", next_name("pool"), {x}, {1, 1, 1, in[3]}, std::move(attributes));
    return reshape(pooled, {1, in[3]});
}

int Layers::dense(int x, int units, bool normalise) {
    const std::string name = next_name("dense");
    const int inputs = shape(x)[1];
    const double deviation = normalise ? std::sqrt(2.0 / inputs) : std::sqrt(2.0 / (inputs + units));
    const int weights = normal_constant(name + ".weights", {units, inputs}, deviation);
    const int bias = constant(name + ".bias", {units}, 0);
    const int y = append("dense", name, {x, weights, bias}, {1, units}, {{"activation", "none"}});
    return normalise ? normalised(y, name, true) : y;
}

graph::Graph Layers::classify(int x, int classes) {
    const int logits = dense(x, classes, false);
    const int output = append("softmax", "probabilities", {logits}, {1, classes}, base::Json::object());
    graph_.outputs = {output};
    return std::move(graph_);
}

}  // namespace mote::learn
