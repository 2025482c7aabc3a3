// Layers of the shapes that real networks have: pointwise, 3 x 3, large and one-dimensional kernels, few and many channels. Kernels written
// for a core take another path for most of them.
#pragma once

#include "graph/cases.hpp"

#include <numeric>

namespace mote::graph::testing {

inline int pick_of(base::Random& random, const std::vector<int>& values) { return values[random.below(values.size())]; }

inline base::Json layer_attributes(base::Random& random, bool is_series, bool is_plain) {
    const int stride = is_plain ? 1 : pick_of(random, {1, 1, 1, 2, 3}),
              dilation = stride > 1 || is_plain ? 1 : pick_of(random, {1, 1, 1, 2});
    return {{"stride_h", stride},
            {"stride_w", is_series ? 1 : pick_of(random, {stride, stride, 1})},
            {"dilation_h", dilation},
            {"dilation_w", is_series ? 1 : dilation},
            {"padding", pick_word(random, {"same", "same", "valid"})},
            {"activation", pick_word(random, {"none", "relu", "relu6"})}};
}

/// A float graph of one layer with a state.
inline Graph recurrent_of_shape(base::Random& random, std::string_view op) {
    const int units = pick_of(random, {1, 3, 4, 8, 10, 17, 32}), inputs = pick_of(random, {1, 3, 4, 9, 16, 21, 40});
    return op == "lstm" ? lstm_of(random, units, inputs) : op == "gru" ? gru_of(random, units, inputs) : svdf_of(random, units, inputs);
}

/// Upsampling: kernels as long as the stride and longer, outputs of the whole size and of less.
inline Graph transposed_convolution_of_shape(base::Random& random) {
    Graph g;
    const bool is_series = random.chance(0.3);
    const int channels = pick_of(random, {1, 3, 4, 8, 12, 16, 17}), outputs = pick_of(random, {1, 2, 3, 4, 7, 8, 16});
    const int h = is_series ? 1 : pick(random, 2, 7), w = pick(random, 2, is_series ? 20 : 7), stride = pick_of(random, {1, 2, 2, 3});
    const int kw = stride + pick(random, 0, 3), kh = is_series ? 1 : stride + pick(random, 0, 3), stride_h = is_series ? 1 : stride;
    const int x = add_input(g, "x", {1, h, w, channels}), top = pick(random, 0, kh - stride_h), left = pick(random, 0, kw - stride);
    return finish(
        g, append(g, "transposed_conv_2d", "layer",
                  {x, random_constant(g, random, "w", {outputs, kh, kw, channels}, 0.5), random_constant(g, random, "b", {outputs}, 0.5)},
                  {{"stride_h", stride_h},
                   {"stride_w", stride},
                   {"pad_top", top},
                   {"pad_left", left},
                   {"out_h", pick_of(random, {h * stride_h, (h - 1) * stride_h + kh - top})},
                   {"out_w", pick_of(random, {w * stride, (w - 1) * stride + kw - left})},
                   {"activation", pick_word(random, {"none", "relu", "relu6"})}}));
}

/// A float graph of one conv_2d, depthwise_conv_2d, dense, pool, recurrent or transposed layer.
inline Graph layer_of_shape(base::Random& random, std::string_view op) {
    if (op == "lstm" || op == "gru" || op == "svdf") return recurrent_of_shape(random, op);
    if (op == "transposed_conv_2d") return transposed_convolution_of_shape(random);
    Graph g;
    const int channels = pick_of(random, {1, 2, 3, 4, 5, 8, 12, 16, 17, 24, 32}), outputs = pick_of(random, {1, 2, 3, 4, 7, 8, 16, 19, 24});
    if (op == "dense") {
        const int inputs = pick_of(random, {1, 3, 4, 7, 12, 16, 30, 64, 100, 128});
        const int x = add_input(g, "x", {1, inputs});
        return finish(g,
                      append(g, op, "layer",
                             {x, random_constant(g, random, "w", {outputs, inputs}, 0.5), random_constant(g, random, "b", {outputs}, 0.5)},
                             {{"activation", pick_word(random, {"none", "relu", "relu6"})}}));
    }
    const bool is_series = random.chance(0.35);
    int height = is_series ? pick(random, 1, 40) : pick(random, 5, 13), width = is_series ? 1 : pick(random, 5, 13);
    int kh = is_series ? pick(random, 2, 9) : pick_of(random, {1, 2, 3, 3, 3, 5}),
        kw = is_series ? 1 : pick_of(random, {kh, kh, kh, 1, 2, 4, 5});
    base::Json attributes = layer_attributes(random, is_series, kh == 1 && kw == 1);
    if (is_series && random.chance(0.3)) {  // lies as a row
        std::swap(height, width), std::swap(kh, kw);
        for (const char* name : {"stride", "dilation"})
            std::swap(attributes[name + std::string("_h")], attributes[name + std::string("_w")]);
    }
    // One step of a stream: the only window is the whole input.
    if (random.chance(0.12) && op != "average_pool_2d" && op != "max_pool_2d") {
        kh = height = pick_of(random, {1, 1, 3, 5}), kw = width = pick_of(random, {1, 1, 4});
        attributes["dilation_h"] = attributes["dilation_w"] = 1, attributes["padding"] = "valid";
    }
    const int x = add_input(g, "x", {1, height, width, channels});
    // A kernel that reaches beyond the input has no output without padding.
    if ((2 * (kh - 1) >= height && kh != height) || (2 * (kw - 1) >= width && kw != width)) attributes["padding"] = "same";
    if (op == "average_pool_2d" || op == "max_pool_2d") {
        const base::Json pool = {{"kernel_h", kh},
                                 {"kernel_w", kw},
                                 {"stride_h", attributes.at("stride_h")},
                                 {"stride_w", attributes.at("stride_w")},
                                 {"padding", attributes.at("padding")},
                                 {"activation", attributes.at("activation")}};
        return finish(g, append(g, op, "layer", {x}, pool));
    }
    const bool depthwise = op == "depthwise_conv_2d";
    const int multiplier = pick_of(random, {1, 1, 1, 2, 3});
    if (depthwise) attributes["multiplier"] = multiplier;
    // Groups that divide both.
    const int groups = !depthwise && random.chance(0.3) ? std::gcd(channels, outputs) : 1;
    if (!depthwise) attributes["groups"] = groups;
    const std::vector<int> shape =
        depthwise ? std::vector<int>{1, kh, kw, channels * multiplier} : std::vector<int>{outputs, kh, kw, channels / groups};
    const int w = random_constant(g, random, "w", shape, 0.5);
    const int b = random_constant(g, random, "b", {depthwise ? channels * multiplier : outputs}, 0.5);
    return finish(g, append(g, op, "layer", {x, w, b}, attributes));
}

/// Every other LSTM takes TensorFlow Lite's functions, where the quantiser chose mote's own.
inline void vary_functions(Graph& quantised, std::uint64_t seed) {
    Node& node = quantised.nodes.back();
    if (node.op == "lstm" && seed % 2 != 0) node.attributes["functions"] = "tflite";
}

/// A graph of one add of two int8 inputs, each with a scale and a zero point of its own.
inline Graph add_of_scales(base::Random& random) {
    Graph g;
    const std::vector<int> shape = {1, pick(random, 1, 9), pick(random, 1, 9), pick(random, 1, 9)};
    const int a = add_input(g, "a", shape), b = add_input(g, "b", shape);
    const int sum = append(g, "add", "layer", {a, b}, {{"activation", pick_word(random, {"none", "relu", "relu6"})}});
    for (const int i : {a, b, sum}) {
        Tensor& tensor = g.tensors[static_cast<std::size_t>(i)];
        tensor.type = Type::i8;
        const double scale = std::exp(random.uniform(-6, -2));
        tensor.quantisation = {{static_cast<float>(scale)}, {random.chance(0.3) ? -128 : pick(random, -128, 127)}, -1};
    }
    g = finish(g, sum);
    verify(g);
    return g;
}

/// A graph of one product of int8 matrices, each with a scale and a zero point of its own.
inline Graph product_of_scales(base::Random& random) {
    Graph g;
    // The longest rows have sums of nearly all the bits that kernels have for them.
    const int depth = pick_of(random, {1, 3, 4, 8, 13, 16, 31, 64, 700}), batches = depth > 100 ? 1 : pick_of(random, {1, 1, 2});
    const int rows = pick(random, 1, depth > 100 ? 3 : 10), columns = depth > 100 ? 3 : pick_of(random, {1, 2, 3, 4, 5, 8, 16, 17, 33, 40});
    const bool adj_x = random.chance(0.3), adj_y = random.chance(0.5);
    const int a = add_input(g, "a", {batches, adj_x ? depth : rows, adj_x ? rows : depth}),
              b = add_input(g, "b", {random.chance(0.3) ? 1 : batches, adj_y ? columns : depth, adj_y ? depth : columns});
    const int product = append(g, "batch_matmul", "layer", {a, b}, {{"adj_x", adj_x}, {"adj_y", adj_y}});
    const auto quantise = [&](int tensor, double scale) {
        Tensor& t = g.tensors[static_cast<std::size_t>(tensor)];
        t.type = Type::i8;
        t.quantisation = {{static_cast<float>(scale)}, {random.chance(0.2) ? 0 : random.chance(0.2) ? -128 : pick(random, -128, 127)}, -1};
    };
    quantise(a, 0.02), quantise(b, 0.03), quantise(product, 0.0006 * std::sqrt(depth) * std::exp(random.uniform(2.5, 4.5)));
    g = finish(g, product);
    verify(g);
    return g;
}

}  // namespace mote::graph::testing
