// Cases of functions of one value, of normalisations, of products of matrices and of transposed convolutions.
#pragma once

#include "graph/cases_elementwise.hpp"

namespace mote::graph::testing {

inline double function_of(std::string_view op, double x, const Node& node) {
    if (op == "abs") return std::fabs(x);
    if (op == "ceil") return std::ceil(x);
    if (op == "cos") return std::cos(x);
    if (op == "erf") return std::erf(x);
    if (op == "exp") return std::exp(x);
    if (op == "floor") return std::floor(x);
    if (op == "log") return std::log(x);
    if (op == "neg") return -x;
    if (op == "power") return std::pow(x, node.attributes["exponent"].get<double>());
    if (op == "round") return std::nearbyint(x);
    if (op == "rsqrt") return 1 / std::sqrt(x);
    if (op == "sin") return std::sin(x);
    if (op == "softplus") return std::log1p(std::exp(x));
    if (op == "sqrt") return std::sqrt(x);
    return x * x;  // square
}

/// Functions of positive values stand behind a maximum, which is exact on 8 bits.
inline Graph make_function(base::Random& random, const char* op, bool positive = false) {
    Graph g;
    int x = add_input(g, "x", {1, pick(random, 1, 5), pick(random, 2, 9)});
    if (positive) x = append(g, "maximum", "above", {x, add_constant(g, "least", {1}, std::vector<float>{0.5f})});
    base::Json attributes = base::Json::object();
    if (std::string_view(op) == "power") attributes["exponent"] = std::vector<double>{-1, 0.75, 1.5, 3}[random.below(4)];
    return finish(g, append(g, op, op, {x}, std::move(attributes)));
}

inline std::vector<double> naive_of_function(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    std::vector<double> y(in[0].begin(), in[0].end());
    for (double& x : y) x = function_of(node.op, g.nodes.size() > 1 ? std::max(x, 0.5) : x, node);
    return y;
}

inline Graph make_batch_matmul(base::Random& random) {
    Graph g;
    const bool adj_x = random.chance(0.5), adj_y = random.chance(0.5);
    const int m = pick(random, 1, 5), k = adj_x == adj_y ? m : pick(random, 1, 9), n = adj_x == adj_y ? m : pick(random, 1, 5);
    std::vector<int> left, right;
    for (int d = pick(random, 0, 2); d > 0; --d) {
        const int batches = pick(random, 1, 3);
        left.push_back(batches);
        right.push_back(random.chance(0.3) ? 1 : batches);
    }
    left.insert(left.end(), {adj_x ? k : m, adj_x ? m : k});
    right.insert(right.end(), {adj_y ? n : k, adj_y ? k : n});
    const int a = add_input(g, "a", left), b = add_input(g, "b", right);
    return finish(g, append(g, "batch_matmul", "product", {a, b}, {{"adj_x", adj_x}, {"adj_y", adj_y}}));
}

inline std::vector<double> naive_batch_matmul(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const Tensor &a = tensor_of(g, node.inputs[0]), &b = tensor_of(g, node.inputs[1]), &out = tensor_of(g, node.outputs[0]);
    const bool adj_x = node.attributes["adj_x"], adj_y = node.attributes["adj_y"];
    const std::size_t rank = out.shape.size(), rows = static_cast<std::size_t>(out.shape[rank - 2]),
                      columns = static_cast<std::size_t>(out.shape[rank - 1]),
                      depth = static_cast<std::size_t>(a.shape[a.shape.size() - (adj_x ? 2 : 1)]);
    const std::vector<int> batches(out.shape.begin(), out.shape.end() - 2), left(a.shape.begin(), a.shape.end() - 2),
        right(b.shape.begin(), b.shape.end() - 2);
    std::vector<double> y(out.count());
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::size_t batch = i / columns / rows, row = i / columns % rows, column = i % columns;
        const std::size_t l = repeated_place(batches, left, batch) * rows * depth,
                          r = repeated_place(batches, right, batch) * columns * depth;
        for (std::size_t k = 0; k < depth; ++k)
            y[i] += double{in[0][l + (adj_x ? k * rows + row : row * depth + k)]} *
                    in[1][r + (adj_y ? column * depth + k : k * columns + column)];
    }
    return y;
}

inline Graph make_layer_norm(base::Random& random) {
    Graph g;
    const int rows = pick(random, 1, 5), depth = pick(random, 2, 40);
    const bool per_row = random.chance(0.3);
    std::vector<int> inputs{add_input(g, "x", {1, rows, depth})};
    const int count = per_row ? rows : depth;
    if (random.chance(0.8)) inputs.push_back(random_constant(g, random, "gamma", {count}));
    if (inputs.size() > 1 && random.chance(0.8)) inputs.push_back(random_constant(g, random, "beta", {count}));
    return finish(g, append(g, "layer_norm", "norm", inputs, {{"epsilon", random.chance(0.5) ? 1e-5 : 1e-3}, {"per_row", per_row}}));
}

inline std::vector<double> naive_layer_norm(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto depth = static_cast<std::size_t>(tensor_of(g, node.outputs[0]).shape.back());
    const bool per_row = node.attributes["per_row"].get<bool>();
    std::vector<double> y(in[0].begin(), in[0].end());
    for (std::size_t row = 0; row < y.size(); row += depth) {
        double mean = 0, variance = 0;
        for (std::size_t i = row; i < row + depth; ++i) mean += y[i] / static_cast<double>(depth);
        for (std::size_t i = row; i < row + depth; ++i) variance += (y[i] - mean) * (y[i] - mean) / static_cast<double>(depth);
        for (std::size_t i = row; i < row + depth; ++i) {
            const auto constant = [&](std::size_t k, double otherwise) {
                return node.inputs.size() > k ? double{tensor_of(g, node.inputs[k]).as<float>()[per_row ? row / depth : i - row]}
                                              : otherwise;
            };
            y[i] = (y[i] - mean) / std::sqrt(variance + node.attributes["epsilon"].get<double>()) * constant(1, 1) + constant(2, 0);
        }
    }
    return y;
}

inline Graph make_transposed_convolution(base::Random& random) {
    Graph g;
    const int h = pick(random, 1, 4), w = pick(random, 1, 4), channels = pick(random, 1, 5), outputs = pick(random, 1, 6);
    const int kh = pick(random, 1, 4), kw = pick(random, 1, 4), stride_h = pick(random, 1, 3), stride_w = pick(random, 1, 3);
    const int top = pick(random, 0, kh - 1), left = pick(random, 0, kw - 1);
    const int x = add_input(g, "x", {1, h, w, channels});
    std::vector<int> inputs{x, random_constant(g, random, "w", {outputs, kh, kw, channels}, 0.5)};
    if (random.chance(0.7)) inputs.push_back(random_constant(g, random, "b", {outputs}, 0.5));
    const int whole_h = (h - 1) * stride_h + kh - top, whole_w = (w - 1) * stride_w + kw - left;
    return finish(g, append(g, "transposed_conv_2d", "layer", inputs,
                            {{"stride_h", stride_h},
                             {"stride_w", stride_w},
                             {"pad_top", top},
                             {"pad_left", left},
                             {"out_h", pick(random, 1, whole_h + stride_h - 1)},
                             {"out_w", pick(random, 1, whole_w + stride_w - 1)},
                             {"activation", pick_word(random, {"none", "relu", "relu6"})}}));
}

/// Each place of the input added to where its window lies.
inline std::vector<double> naive_transposed_convolution(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto &x = tensor_of(g, node.inputs[0]).shape, &w = tensor_of(g, node.inputs[1]).shape, &out = tensor_of(g, node.outputs[0]).shape;
    const auto weights = tensor_of(g, node.inputs[1]).as<float>();
    std::vector<double> y(tensor_of(g, node.outputs[0]).count());
    if (node.inputs.size() > 2)
        for (std::size_t i = 0; i < y.size(); ++i) y[i] = tensor_of(g, node.inputs[2]).as<float>()[i % static_cast<std::size_t>(out[3])];
    for (int iy = 0; iy < x[1]; ++iy)
        for (int ix = 0; ix < x[2]; ++ix)
            for (int ky = 0; ky < w[1]; ++ky)
                for (int kx = 0; kx < w[2]; ++kx) {
                    const int oy = iy * node.attributes["stride_h"].get<int>() + ky - node.attributes["pad_top"].get<int>(),
                              ox = ix * node.attributes["stride_w"].get<int>() + kx - node.attributes["pad_left"].get<int>();
                    if (oy < 0 || oy >= out[1] || ox < 0 || ox >= out[2]) continue;
                    for (int o = 0; o < w[0]; ++o)
                        for (int c = 0; c < x[3]; ++c)
                            y[static_cast<std::size_t>((oy * out[2] + ox) * out[3] + o)] +=
                                double{weights[static_cast<std::size_t>(((o * w[1] + ky) * w[2] + kx) * w[3] + c)]} *
                                in[0][static_cast<std::size_t>((iy * x[2] + ix) * x[3] + c)];
                }
    for (double& v : y) v = activate(v, node);
    return y;
}

inline std::vector<OperatorCase> function_cases() {
    using R = base::Random;
    return {
        {"abs", [](R& r) { return make_function(r, "abs"); }, naive_of_function},
        {"batch_matmul", make_batch_matmul, naive_batch_matmul},
        {"ceil", [](R& r) { return make_function(r, "ceil"); }, naive_of_function},
        {"cos", [](R& r) { return make_function(r, "cos"); }, naive_of_function},
        {"erf", [](R& r) { return make_function(r, "erf"); }, naive_of_function},
        {"exp", [](R& r) { return make_function(r, "exp"); }, naive_of_function},
        {"floor", [](R& r) { return make_function(r, "floor"); }, naive_of_function},
        {"layer_norm", make_layer_norm, naive_layer_norm},
        {"log", [](R& r) { return make_function(r, "log", true); }, naive_of_function},
        {"neg", [](R& r) { return make_function(r, "neg"); }, naive_of_function},
        {"power", [](R& r) { return make_function(r, "power", true); }, naive_of_function},
        {"round", [](R& r) { return make_function(r, "round"); }, naive_of_function},
        {"rsqrt", [](R& r) { return make_function(r, "rsqrt", true); }, naive_of_function},
        {"sin", [](R& r) { return make_function(r, "sin"); }, naive_of_function},
        {"softplus", [](R& r) { return make_function(r, "softplus"); }, naive_of_function},
        {"sqrt", [](R& r) { return make_function(r, "sqrt", true); }, naive_of_function},
        {"square", [](R& r) { return make_function(r, "square"); }, naive_of_function},
        {"transposed_conv_2d", make_transposed_convolution, naive_transposed_convolution},
    };
}

}  // namespace mote::graph::testing
