// Cases of layers with a state; see cases.hpp, which includes this.
#pragma once

namespace mote::graph::testing {

inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// Weights and biases of a recurrent layer over x, one constant a gate; absent ones are -1.
struct RecurrentInputs {
    RecurrentInputs(Graph& graph, base::Random& random, int units_, int inputs_, int gates, bool lacks_first, int bias_sets)
        : units(units_), inputs(inputs_) {
        const auto add = [&](const char* name, std::vector<int> shape, int count, bool optional) {
            for (int g = 0; g < count; ++g) {
                const bool absent = (lacks_first && g % gates == 0) || (optional && random.chance(0.2));
                list.push_back(absent ? -1 : random_constant(graph, random, name + std::to_string(g), shape, 0.6));
            }
        };
        add("w", {units, inputs}, gates, false);
        add("u", {units, units}, gates, false);
        add("b", {units}, gates * bias_sets, true);
    }
    int units, inputs;
    std::vector<int> list;
};

/// weights[row] * vector, for the constant at `input`; 0 where there is none.
inline double row_product(const Graph& g, const Node& node, std::size_t input, std::size_t row, const double* vector) {
    if (node.inputs[input] < 0) return 0;
    const Tensor& w = tensor_of(g, node.inputs[input]);
    const auto depth = static_cast<std::size_t>(w.shape[1]);
    double sum = 0;
    for (std::size_t k = 0; k < depth; ++k) sum += w.as<float>()[row * depth + k] * vector[k];
    return sum;
}
inline double bias_of(const Graph& g, const Node& node, std::size_t input, std::size_t row) {
    return node.inputs[input] < 0 ? 0 : double{tensor_of(g, node.inputs[input]).as<float>()[row]};
}
inline std::vector<double> start_of(const Graph& g, int state) {
    const Tensor& t = tensor_of(g, state);
    if (!t.is_constant()) return std::vector<double>(t.count(), 0.0);
    return {t.as<float>().begin(), t.as<float>().end()};
}

/// A state that a layer starts from: zeros, or values below 1.
inline int start_constant(Graph& g, base::Random& random, const char* name, int units) {
    return random_constant(g, random, name, {1, units}, random.chance(0.5) ? 0.0 : 0.7);
}

inline Graph lstm_of(base::Random& random, int units, int inputs) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 6), inputs});
    const RecurrentInputs weights(g, random, units, inputs, 4, random.chance(0.2), 1);
    std::vector<int> list = {x};
    list.insert(list.end(), weights.list.begin(), weights.list.end());
    list.push_back(start_constant(g, random, "h", units));
    list.push_back(start_constant(g, random, "c", units));
    return finish(g, append(g, "lstm", "lstm", list, {{"cell_limit", random.chance(0.2) ? 0.5 : 0.0}}));
}

inline Graph make_lstm(base::Random& random) {
    const int units = pick(random, 1, 6);
    return lstm_of(random, units, pick(random, 1, 5));
}

inline std::vector<double> naive_lstm(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto inputs = static_cast<std::size_t>(tensor_of(g, node.inputs[0]).shape[2]);
    std::vector<double> h = start_of(g, node.inputs[13]), c = start_of(g, node.inputs[14]), all;
    const double limit = node.attributes.value("cell_limit", 0.0);
    for (std::size_t t = 0; t < in[0].size() / inputs; ++t) {
        const std::vector<double> x(in[0].begin() + static_cast<std::ptrdiff_t>(t * inputs),
                                    in[0].begin() + static_cast<std::ptrdiff_t>((t + 1) * inputs)),
            before = h;
        for (std::size_t u = 0; u < h.size(); ++u) {
            double gate[4];
            for (std::size_t k = 0; k < 4; ++k)
                gate[k] =
                    row_product(g, node, 1 + k, u, x.data()) + row_product(g, node, 5 + k, u, before.data()) + bias_of(g, node, 9 + k, u);
            const double forget = logistic(gate[1]), input = node.inputs[1] < 0 ? 1 - forget : logistic(gate[0]);
            c[u] = forget * c[u] + input * std::tanh(gate[2]);
            if (limit > 0) c[u] = std::clamp(c[u], -limit, limit);
            h[u] = logistic(gate[3]) * std::tanh(c[u]);
        }
        all.insert(all.end(), h.begin(), h.end());
    }
    return all;
}

inline Graph gru_of(base::Random& random, int units, int inputs) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 6), inputs});
    const RecurrentInputs weights(g, random, units, inputs, 3, false, 2);
    std::vector<int> list = {x};
    list.insert(list.end(), weights.list.begin(), weights.list.end());
    list.push_back(start_constant(g, random, "h", units));
    return finish(g, append(g, "gru", "gru", list, {{"reset_after", random.chance(0.5)}}));
}

inline Graph make_gru(base::Random& random) {
    const int units = pick(random, 1, 6);
    return gru_of(random, units, pick(random, 1, 5));
}

inline std::vector<double> naive_gru(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto inputs = static_cast<std::size_t>(tensor_of(g, node.inputs[0]).shape[2]);
    const bool after = node.attributes.at("reset_after");
    std::vector<double> h = start_of(g, node.inputs[13]), all;
    for (std::size_t t = 0; t < in[0].size() / inputs; ++t) {
        const std::vector<double> x(in[0].begin() + static_cast<std::ptrdiff_t>(t * inputs),
                                    in[0].begin() + static_cast<std::ptrdiff_t>((t + 1) * inputs));
        const auto of_input = [&](std::size_t k, std::size_t u) {
            return row_product(g, node, 1 + k, u, x.data()) + bias_of(g, node, 7 + k, u);
        };
        const auto of_state = [&](std::size_t k, std::size_t u, const std::vector<double>& state) {
            return row_product(g, node, 4 + k, u, state.data()) + bias_of(g, node, 10 + k, u);
        };
        std::vector<double> update(h.size()), reset(h.size()), taken = h, next(h.size());
        for (std::size_t u = 0; u < h.size(); ++u) {
            update[u] = logistic(of_input(0, u) + of_state(0, u, h));
            reset[u] = logistic(of_input(1, u) + of_state(1, u, h));
            if (!after) taken[u] *= reset[u];
        }
        for (std::size_t u = 0; u < h.size(); ++u) {
            const double candidate = std::tanh(of_input(2, u) + (after ? reset[u] : 1) * of_state(2, u, taken));
            next[u] = (1 - update[u]) * candidate + update[u] * h[u];
        }
        h = next;
        all.insert(all.end(), h.begin(), h.end());
    }
    return all;
}

inline Graph svdf_of(base::Random& random, int units, int inputs) {
    Graph g;
    const int rank = pick(random, 1, 3), memory = pick(random, 1, 5);
    const int x = add_input(g, "x", {1, inputs});
    std::vector<int> list = {x, random_constant(g, random, "features", {units * rank, inputs}, 0.6),
                             random_constant(g, random, "time", {units * rank, memory}, 0.6),
                             random.chance(0.8) ? random_constant(g, random, "bias", {units}, 0.6) : -1};
    list.push_back(g.add_tensor({"memory", Type::f32, {1, units * rank * memory}, {}, {}, true}));
    return finish(g, append(g, "svdf", "svdf", list, {{"rank", rank}, {"activation", pick_word(random, {"none", "relu"})}}));
}

inline Graph make_svdf(base::Random& random) {
    const int units = pick(random, 1, 5);
    return svdf_of(random, units, pick(random, 1, 6));
}

// The first inference: all but the newest memory is 0.
inline std::vector<double> naive_svdf(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const Tensor& time = tensor_of(g, node.inputs[2]);
    const auto memory = static_cast<std::size_t>(time.shape[1]), rank = static_cast<std::size_t>(node.attributes.value("rank", 1));
    const std::vector<double> x(in[0].begin(), in[0].end());
    std::vector<double> y(tensor_of(g, node.outputs[0]).count());
    for (std::size_t u = 0; u < y.size(); ++u) {
        y[u] = bias_of(g, node, 3, u);
        for (std::size_t f = u * rank; f < (u + 1) * rank; ++f)
            y[u] += row_product(g, node, 1, f, x.data()) * time.as<float>()[f * memory + memory - 1];
        y[u] = activate(y[u], node);
    }
    return y;
}

inline std::vector<OperatorCase> recurrent_cases() {
    return {
        {"lstm", make_lstm, naive_lstm, 16},
        {"gru", make_gru, naive_gru, 16},
        {"svdf", make_svdf, naive_svdf, 0},
    };
}

}  // namespace mote::graph::testing
