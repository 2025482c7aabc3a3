// One random small graph and one plain loop for each operator: what the generic tests run over. A new operator adds a case here; the test
// fails until it does.
#pragma once

#include "graph/models.hpp"

#include "graph/node_view.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace mote::graph::testing {

struct OperatorCase {
    std::string_view op;
    /// A float graph with this operator as its last node (dequantise: with an i8 input).
    Graph (*make)(base::Random& random);
    /// The last node's output, computed the plainest way.
    std::vector<double> (*naive)(const Graph& graph, const std::vector<std::vector<float>>& inputs);
    /// How far i8 may lie from float, in steps of the output; 0 where the two cannot be compared.
    double int8_steps = 1.01;
};

inline int pick(base::Random& random, int low, int high) {
    return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1)));
}
inline std::string pick_word(base::Random& random, std::vector<std::string> words) { return words[random.below(words.size())]; }
inline double activate(double x, const Node& node) {
    const std::string kind = node.attributes.value("activation", std::string("none"));
    if (kind == "none") return x;
    if (kind == "relu_n1_to_1") return std::min(std::max(x, -1.0), 1.0);
    return kind == "relu" ? std::max(x, 0.0) : std::min(std::max(x, 0.0), 6.0);
}
inline const Tensor& tensor_of(const Graph& g, int i) { return g.tensors[static_cast<std::size_t>(i)]; }
// By reference: `finish(g, append(g, ...))` may otherwise copy the graph before its last node is there.
inline Graph finish(Graph& g, int output) {
    g.name = "case";
    g.outputs = {output};
    return std::move(g);
}
inline base::Json window_attributes(base::Random& random) {
    return {{"stride_h", pick(random, 1, 3)},
            {"stride_w", pick(random, 1, 2)},
            {"padding", pick_word(random, {"same", "valid"})},
            {"activation", pick_word(random, {"none", "relu", "relu6"})}};
}

// Where place `k` of a window at output `o` reads, by TensorFlow's rule written out again.
inline int source(const Node& node, const char* axis, int o, int k, int in, int out, int kernel) {
    const std::string a(axis);
    const int stride = node.attributes.value("stride_" + a, 1), dilation = node.attributes.value("dilation_" + a, 1);
    int pad = 0;
    if (node.attributes["padding"] == "same") pad = std::max((out - 1) * stride + (kernel - 1) * dilation + 1 - in, 0) / 2;
    return o * stride + k * dilation - pad;
}

template <class Visit>
void each_place(const Graph& g, const Node& node, int kernel_h, int kernel_w, Visit visit) {
    const auto& in = tensor_of(g, node.inputs[0]).shape;
    const auto& out = tensor_of(g, node.outputs[0]).shape;
    for (int oy = 0; oy < out[1]; ++oy)
        for (int ox = 0; ox < out[2]; ++ox)
            for (int c = 0; c < out[3]; ++c)
                for (int ky = 0; ky < kernel_h; ++ky)
                    for (int kx = 0; kx < kernel_w; ++kx) {
                        const int iy = source(node, "h", oy, ky, in[1], out[1], kernel_h),
                                  ix = source(node, "w", ox, kx, in[2], out[2], kernel_w);
                        if (iy < 0 || iy >= in[1] || ix < 0 || ix >= in[2]) continue;
                        visit(static_cast<std::size_t>((oy * out[2] + ox) * out[3] + c),
                              static_cast<std::size_t>((iy * in[2] + ix) * in[3]), c, ky, kx);
                    }
}

inline Graph make_convolution(base::Random& random, bool depthwise) {
    Graph g;
    const int groups = depthwise ? 1 : pick(random, 1, 2), channels = groups * pick(random, 1, 5), kh = pick(random, 1, 3),
              kw = pick(random, 1, 3);
    const int multiplier = pick(random, 1, 3);
    const int outputs = depthwise ? channels * multiplier : groups * pick(random, 1, 7);
    const int x = add_input(g, "x", {1, pick(random, 5, 9), pick(random, 5, 9), channels});
    base::Json attributes = window_attributes(random);
    attributes["dilation_h"] = pick(random, 1, 2);
    attributes["dilation_w"] = pick(random, 1, 2);
    if (depthwise)
        attributes["multiplier"] = multiplier;
    else
        attributes["groups"] = groups;
    const std::vector<int> shape = depthwise ? std::vector<int>{1, kh, kw, outputs} : std::vector<int>{outputs, kh, kw, channels / groups};
    std::vector<int> inputs = {x, random_constant(g, random, "w", shape, 0.5)};
    if (random.chance(0.7)) inputs.push_back(random_constant(g, random, "b", {outputs}, 0.5));
    return finish(g, append(g, depthwise ? "depthwise_conv_2d" : "conv_2d", "layer", inputs, attributes));
}

inline std::vector<double> naive_layer(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const Tensor& w = tensor_of(g, node.inputs[1]);
    const auto weights = w.as<float>();
    std::vector<double> y(tensor_of(g, node.outputs[0]).count());
    const std::size_t channels = static_cast<std::size_t>(tensor_of(g, node.outputs[0]).shape.back());
    if (node.inputs.size() > 2)
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = tensor_of(g, node.inputs[2]).as<float>()[i % channels];
    if (node.op == "dense") {
        for (std::size_t i = 0; i < weights.size(); ++i) y[i / in[0].size()] += double{weights[i]} * in[0][i % in[0].size()];
    } else if (node.op == "conv_2d") {
        const int depth = w.shape[3], per_group = w.shape[0] / node.attributes.value("groups", 1);
        each_place(g, node, w.shape[1], w.shape[2], [&](std::size_t o, std::size_t i, int c, int ky, int kx) {
            for (int k = 0; k < depth; ++k)
                y[o] += double{weights[static_cast<std::size_t>(((c * w.shape[1] + ky) * w.shape[2] + kx) * depth + k)]} *
                        in[0][i + static_cast<std::size_t>(c / per_group * depth + k)];
        });
    } else {
        each_place(g, node, w.shape[1], w.shape[2], [&](std::size_t o, std::size_t i, int c, int ky, int kx) {
            y[o] += double{weights[static_cast<std::size_t>((ky * w.shape[2] + kx) * w.shape[3] + c)]} *
                    in[0][i + static_cast<std::size_t>(c / node.attributes.value("multiplier", 1))];
        });
    }
    for (double& v : y) v = activate(v, node);
    return y;
}

inline Graph make_pool(base::Random& random, const char* op) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 4, 9), pick(random, 4, 9), pick(random, 1, 5)});
    base::Json attributes = window_attributes(random);
    attributes["kernel_h"] = pick(random, 1, 4);
    attributes["kernel_w"] = pick(random, 1, 4);
    return finish(g, append(g, op, "pool", {x}, attributes));
}

inline std::vector<double> naive_pool(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const bool average = node.op == "average_pool_2d";
    std::vector<double> y(tensor_of(g, node.outputs[0]).count(), average ? 0.0 : -1e30), places(y.size());
    each_place(g, node, node.attributes["kernel_h"], node.attributes["kernel_w"], [&](std::size_t o, std::size_t i, int c, int, int) {
        const double v = in[0][i + static_cast<std::size_t>(c)];
        y[o] = average ? y[o] + v : std::max(y[o], v);
        places[o] += 1;
    });
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = activate(average ? y[i] / places[i] : y[i], node);
    return y;
}

inline Graph make_plain(base::Random& random, const char* op, base::Json attributes = base::Json::object()) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 5), pick(random, 2, 9)});
    return finish(g, append(g, op, op, {x}, std::move(attributes)));
}

inline std::vector<double> naive_elementwise(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const Tensor& out = tensor_of(g, node.outputs[0]);
    std::vector<double> y(in[0].begin(), in[0].end());
    const std::size_t depth = static_cast<std::size_t>(out.shape.back());
    for (std::size_t i = 0; i < y.size(); ++i) {
        if (node.op == "relu") y[i] = std::max(y[i], 0.0);
        if (node.op == "relu6") y[i] = std::min(std::max(y[i], 0.0), 6.0);
        if (node.op == "add") y[i] = activate(y[i] + in[1][i], node);
        if (node.op == "batch_norm") {
            const auto constant = [&](std::size_t k) { return double{tensor_of(g, node.inputs[k]).as<float>()[i % depth]}; };
            y[i] = (y[i] - constant(3)) * constant(1) / std::sqrt(constant(4) + node.attributes.value("epsilon", 1e-3)) + constant(2);
        }
    }
    for (std::size_t row = 0; node.op == "softmax" && row < y.size(); row += depth) {
        double sum = 0;
        for (std::size_t i = row; i < row + depth; ++i) sum += std::exp(y[i]);
        for (std::size_t i = row; i < row + depth; ++i) y[i] = std::exp(y[i]) / sum;
    }
    return y;
}

inline Graph make_dense(base::Random& random) {
    Graph g;
    const int inputs = pick(random, 1, 40), outputs = pick(random, 1, 20);
    const int x = add_input(g, "x", {1, inputs});
    const int w = random_constant(g, random, "w", {outputs, inputs}, 0.5), b = random_constant(g, random, "b", {outputs}, 0.5);
    return finish(g, append(g, "dense", "dense", {x, w, b}, {{"activation", pick_word(random, {"none", "relu", "relu6"})}}));
}

inline Graph make_batch_norm(base::Random& random) {
    Graph g;
    const int c = pick(random, 1, 6), x = add_input(g, "x", {1, 3, 2, c});
    auto variance = random_values(random, static_cast<std::size_t>(c));
    for (float& v : variance) v *= v;
    const int gamma = random_constant(g, random, "gamma", {c}), beta = random_constant(g, random, "beta", {c}),
              mean = random_constant(g, random, "mean", {c});
    return finish(g, append(g, "batch_norm", "norm", {x, gamma, beta, mean, add_constant(g, "variance", {c}, variance)}));
}

inline Graph make_two(base::Random& random, const char* op, base::Json attributes, bool same) {
    Graph g;
    const int h = pick(random, 1, 4), w = pick(random, 1, 4), c = pick(random, 1, 4);
    const int a = add_input(g, "a", {1, h, w, c}), b = add_input(g, "b", {1, h, w, same ? c : pick(random, 1, 4)});
    return finish(g, append(g, op, op, {a, b}, std::move(attributes)));
}

inline std::vector<double> naive_concat(const Graph& g, const std::vector<std::vector<float>>& in) {
    std::vector<double> y;
    const auto ca = static_cast<std::size_t>(tensor_of(g, g.inputs[0]).shape[3]),
               cb = static_cast<std::size_t>(tensor_of(g, g.inputs[1]).shape[3]);
    for (std::size_t p = 0; p < in[0].size() / ca; ++p) {
        for (std::size_t c = 0; c < ca; ++c) y.push_back(in[0][p * ca + c]);
        for (std::size_t c = 0; c < cb; ++c) y.push_back(in[1][p * cb + c]);
    }
    return y;
}

inline Graph make_pad(base::Random& random) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 4), pick(random, 1, 4)});
    base::Json attributes = {{"pads", {0, 0, pick(random, 0, 2), pick(random, 0, 2), pick(random, 0, 2), pick(random, 0, 2)}}};
    if (pick(random, 0, 2) == 0) attributes["value"] = 0.25 * pick(random, -6, 6);
    return finish(g, append(g, "pad", "pad", {x}, attributes));
}

inline std::vector<double> naive_pad(const Graph& g, const std::vector<std::vector<float>>& in) {
    const auto& shape = tensor_of(g, g.inputs[0]).shape;
    const auto& out = tensor_of(g, g.outputs[0]).shape;
    const auto pads = g.nodes.back().attributes["pads"].get<std::vector<int>>();
    std::vector<double> y(tensor_of(g, g.outputs[0]).count(), g.nodes.back().attributes.value("value", 0.0));
    for (int r = 0; r < shape[1]; ++r)
        for (int c = 0; c < shape[2]; ++c)
            y[static_cast<std::size_t>((r + pads[2]) * out[2] + c + pads[4])] = in[0][static_cast<std::size_t>(r * shape[2] + c)];
    return y;
}

inline Graph make_conversion(base::Random& random, bool to_i8) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 50)});
    const int y = append(g, to_i8 ? "quantise" : "dequantise", "convert", {x});
    Tensor& stored = g.tensors[static_cast<std::size_t>(to_i8 ? y : x)];
    stored.type = Type::i8;
    g.tensors[static_cast<std::size_t>(to_i8 ? x : y)].type = Type::f32;
    stored.quantisation = {{0.0625f}, {pick(random, -20, 20)}, -1};
    return finish(g, y);
}

inline const std::vector<OperatorCase>& layer_cases() {
    using R = base::Random;
    static const std::vector<OperatorCase> cases = {
        {"conv_2d", [](R& r) { return make_convolution(r, false); }, naive_layer},
        {"depthwise_conv_2d", [](R& r) { return make_convolution(r, true); }, naive_layer},
        {"dense", make_dense, naive_layer},
        {"batch_norm", make_batch_norm, naive_elementwise},
        {"add",
         [](R& r) {
             return make_two(r, "add", {{"activation", pick_word(r, {"none", "relu", "relu6"})}}, true);
         },
         naive_elementwise},
        {"concat",
         [](R& r) {
             return make_two(r, "concat", {{"axis", pick(r, 0, 1) == 0 ? 3 : -1}}, false);
         },
         naive_concat},
        {"average_pool_2d", [](R& r) { return make_pool(r, "average_pool_2d"); }, naive_pool},
        {"max_pool_2d", [](R& r) { return make_pool(r, "max_pool_2d"); }, naive_pool},
        {"pad", make_pad, naive_pad},
        {"relu", [](R& r) { return make_plain(r, "relu"); }, naive_elementwise},
        {"relu6", [](R& r) { return make_plain(r, "relu6"); }, naive_elementwise},
        {"softmax", [](R& r) { return make_plain(r, "softmax"); }, naive_elementwise},
        {"reshape",
         [](R& r) {
             return make_plain(r, "reshape", {{"shape", {-1, 1}}});
         },
         naive_elementwise},
        {"quantise", [](R& r) { return make_conversion(r, true); }, nullptr},
        {"dequantise", [](R& r) { return make_conversion(r, false); }, nullptr},
    };
    return cases;
}

/// A graph with two inputs becomes one whose single input feeds both places of its node.
inline void feed_both(Graph& graph) {
    if (graph.inputs.size() < 2) return;
    graph.nodes.back().inputs = {graph.inputs[0], graph.inputs[0]};
    graph.inputs.resize(1);
    const auto shapes = find_operator(graph.nodes.back().op)->infer(graph, graph.nodes.back());
    graph.tensors[static_cast<std::size_t>(graph.outputs[0])].shape = shapes[0];
    remove_unused_tensors(graph);
}

inline std::vector<std::vector<float>> random_inputs(const Graph& graph, base::Random& random) {
    std::vector<std::vector<float>> inputs;
    for (const int i : graph.inputs) inputs.push_back(random_values(random, tensor_of(graph, i).count(), 2.0));
    return inputs;
}

inline base::Bytes joined(const std::vector<std::vector<float>>& inputs) {
    base::Bytes bytes;
    for (const auto& values : inputs) {
        const auto part = std::as_bytes(std::span(values));
        bytes.insert(bytes.end(), part.begin(), part.end());
    }
    return bytes;
}

}  // namespace mote::graph::testing

#include "graph/cases_elementwise.hpp"
#include "graph/cases_functions.hpp"
#include "graph/cases_order.hpp"
#include "graph/cases_recurrent.hpp"

namespace mote::graph::testing {

inline const std::vector<OperatorCase>& operator_cases() {
    static const std::vector<OperatorCase> all = [] {
        std::vector<OperatorCase> list = layer_cases();
        for (const auto& more : {elementwise_cases(), function_cases(), order_cases(), recurrent_cases()})
            list.insert(list.end(), more.begin(), more.end());
        return list;
    }();
    return all;
}

}  // namespace mote::graph::testing
