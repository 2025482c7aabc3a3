// Cases of operators that work on each value by itself, or on two values of two tensors.
#pragma once

#include "graph/cases.hpp"

namespace mote::graph::testing {

/// A tensor's value for an output place when sizes of 1 repeat.
inline std::size_t repeated_place(const std::vector<int>& out, const std::vector<int>& in, std::size_t place) {
    std::size_t result = 0, step = 1;
    for (std::size_t back = 1; back <= out.size(); ++back) {
        const auto n = static_cast<std::size_t>(out[out.size() - back]);
        const std::size_t index = place % n;
        place /= n;
        if (back > in.size()) continue;
        const auto m = static_cast<std::size_t>(in[in.size() - back]);
        if (m != 1) result += index * step;
        step *= m;
    }
    return result;
}

inline std::vector<double> naive_binary(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto& out = tensor_of(g, node.outputs[0]);
    std::vector<double> y(out.count());
    const auto value = [&](std::size_t which, std::size_t place) {
        const Tensor& t = tensor_of(g, node.inputs[which]);
        const std::size_t from = repeated_place(out.shape, t.shape, place);
        return double{t.is_constant() ? t.as<float>()[from] : in[which][from]};
    };
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double a = value(0, i), b = value(1, i);
        if (node.op == "add") y[i] = a + b;
        if (node.op == "sub") y[i] = a - b;
        if (node.op == "mul") y[i] = a * b;
        if (node.op == "div") y[i] = a / b;
        if (node.op == "minimum") y[i] = std::min(a, b);
        if (node.op == "maximum") y[i] = std::max(a, b);
        if (node.op == "squared_difference") y[i] = (a - b) * (a - b);
        if (node.op == "prelu") y[i] = a < 0 ? a * b : a;
        y[i] = activate(y[i], node);
    }
    return y;
}

/// Ranks 1 to 6; either tensor may repeat along any dimension, and may have fewer of them.
inline Graph make_binary(base::Random& random, const char* op) {
    Graph g;
    std::vector<int> left, right;
    const int rank = pick(random, 1, 6);
    for (int d = 0; d < rank; ++d) {
        const int n = pick(random, 1, 3);
        left.push_back(random.chance(0.25) && std::string_view(op) != "prelu" ? 1 : n);
        right.push_back(random.chance(0.25) ? 1 : n);
    }
    if (random.chance(0.3)) right.erase(right.begin(), right.begin() + pick(random, 0, rank - 1));
    if (std::string_view(op) == "prelu")  // its output has the shape of its input
        for (std::size_t back = 1; back <= right.size(); ++back)
            left[left.size() - back] = std::max(left[left.size() - back], right[right.size() - back]);
    const int a = add_input(g, "a", left);
    const int b = random.chance(0.3) ? random_constant(g, random, "b", right) : add_input(g, "b", right);
    base::Json attributes = base::Json::object();
    if (std::string_view("add sub mul div").find(op) != std::string_view::npos)
        attributes = {{"activation", pick_word(random, {"none", "relu", "relu6", "relu_n1_to_1"})}};
    return finish(g, append(g, op, op, {a, b}, attributes));
}

inline std::vector<double> naive_function(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    std::vector<double> y(in[0].begin(), in[0].end());
    for (double& x : y) {
        if (node.op == "relu_n1_to_1") x = std::min(std::max(x, -1.0), 1.0);
        if (node.op == "logistic") x = 1 / (1 + std::exp(-x));
        if (node.op == "tanh") x = std::tanh(x);
        if (node.op == "hard_swish") x *= std::min(std::max(x + 3, 0.0), 6.0) / 6;
        if (node.op == "leaky_relu") x = x > 0 ? x : x * node.attributes["alpha"].get<double>();
        if (node.op == "elu") x = x < 0 ? std::expm1(x) : x;
        if (node.op == "gelu") x *= 0.5 * (1 + std::erf(x / std::sqrt(2.0)));
    }
    return y;
}

inline Graph make_assign(base::Random& random) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 9)});
    const int y = append(g, "assign", "state", {x});
    g.tensors[static_cast<std::size_t>(y)].is_variable = true;
    return finish(g, y);
}

inline Graph make_requantise(base::Random& random) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 50)});
    const int y = append(g, "requantise", "convert", {x});
    const auto set = [&](int i, Type type, float scale) {
        Tensor& t = g.tensors[static_cast<std::size_t>(i)];
        t.type = type;
        t.quantisation = {{scale}, {type == Type::i8 ? pick(random, -20, 20) : 0}, -1};
    };
    set(x, random.chance(0.5) ? Type::i8 : Type::i16, 0.0625f);
    set(y, random.chance(0.5) ? Type::i8 : Type::i16, 0.05f);
    return finish(g, y);
}

inline std::vector<OperatorCase> elementwise_cases() {
    using R = base::Random;
    return {
        {"sub", [](R& r) { return make_binary(r, "sub"); }, naive_binary},
        {"mul", [](R& r) { return make_binary(r, "mul"); }, naive_binary},
        {"div", [](R& r) { return make_binary(r, "div"); }, naive_binary, 0},  // infinite where i8 stores 0
        {"minimum", [](R& r) { return make_binary(r, "minimum"); }, naive_binary},
        {"maximum", [](R& r) { return make_binary(r, "maximum"); }, naive_binary},
        {"squared_difference", [](R& r) { return make_binary(r, "squared_difference"); }, naive_binary},
        {"prelu", [](R& r) { return make_binary(r, "prelu"); }, naive_binary},
        {"relu_n1_to_1", [](R& r) { return make_plain(r, "relu_n1_to_1"); }, naive_function},
        {"logistic", [](R& r) { return make_plain(r, "logistic"); }, naive_function},
        {"tanh", [](R& r) { return make_plain(r, "tanh"); }, naive_function},
        {"hard_swish", [](R& r) { return make_plain(r, "hard_swish"); }, naive_function, 1.5},  // 16-bit fixed point
        {"leaky_relu",
         [](R& r) {
             return make_plain(r, "leaky_relu", {{"alpha", r.uniform(-0.5, 1.5)}});
         },
         naive_function},
        {"elu", [](R& r) { return make_plain(r, "elu"); }, naive_function},
        {"gelu", [](R& r) { return make_plain(r, "gelu"); }, naive_function},
        {"copy", [](R& r) { return make_plain(r, "copy"); }, naive_function},
        {"assign", make_assign, naive_function},
        {"requantise", make_requantise, nullptr},
    };
}

}  // namespace mote::graph::testing
