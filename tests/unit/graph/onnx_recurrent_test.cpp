// LSTM and GRU of ONNX against plain loops over its own definitions.
#include "graph/import/onnx.hpp"
#include "graph/models.hpp"
#include "graph/onnx_writer.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mote::graph {
namespace {

using testing::onnx_integer;
using testing::onnx_text;
using testing::OnnxFile;

constexpr int steps = 4, inputs = 2, units = 3;

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// A layer with random weights, in the order of the file: of an LSTM input, output, forget and cell gate; of a GRU update, reset, hidden.
struct Layer {
    Layer(bool is_lstm_, int directions_, bool before_reset_) : is_lstm(is_lstm_), directions(directions_), before_reset(before_reset_) {
        base::Random random(7);
        const auto make = [&](int count) { return testing::random_values(random, static_cast<std::size_t>(directions * count), 0.7); };
        w = make(gates() * units * inputs), r = make(gates() * units * units), b = make(2 * gates() * units), h0 = make(units),
        c0 = make(units);
    }
    int gates() const { return is_lstm ? 4 : 3; }
    double sum(const std::vector<float>& m, int direction, int gate, int unit, int width, const std::vector<double>& v) const {
        double total = 0;
        for (int k = 0; k < width; ++k)
            total += double{m[static_cast<std::size_t>(((direction * gates() + gate) * units + unit) * width + k)]} *
                     v[static_cast<std::size_t>(k)];
        return total;
    }
    double bias(int direction, int gate, int unit, bool of_state) const {
        return b[static_cast<std::size_t>(((2 * direction + (of_state ? 1 : 0)) * gates() + gate) * units + unit)];
    }

    /// [steps][units] of one direction, in the order of the input.
    std::vector<std::vector<double>> run(const std::vector<float>& x, int direction, bool backwards) const {
        const auto begin = [&](const std::vector<float>& all) { return all.begin() + direction * units; };
        std::vector<double> h(begin(h0), begin(h0) + units), c(begin(c0), begin(c0) + units);
        std::vector<std::vector<double>> y(steps);
        for (int s = 0; s < steps; ++s) {
            const int t = backwards ? steps - 1 - s : s;
            const std::vector<double> now(x.begin() + t * inputs, x.begin() + (t + 1) * inputs), before = h;
            const auto gate = [&](int g, int u) {
                return sum(w, direction, g, u, inputs, now) + sum(r, direction, g, u, units, before) + bias(direction, g, u, false) +
                       bias(direction, g, u, true);
            };
            std::vector<double> taken = before;
            for (int u = 0; u < units && !is_lstm; ++u)
                if (!before_reset) taken[static_cast<std::size_t>(u)] *= logistic(gate(1, u));
            for (int u = 0; u < units; ++u) {
                const auto i = static_cast<std::size_t>(u);
                if (is_lstm) {
                    c[i] = logistic(gate(2, u)) * c[i] + logistic(gate(0, u)) * std::tanh(gate(3, u));
                    h[i] = logistic(gate(1, u)) * std::tanh(c[i]);
                } else {
                    const double of_state = sum(r, direction, 2, u, units, taken) + bias(direction, 2, u, true);
                    const double hidden = std::tanh(sum(w, direction, 2, u, inputs, now) + bias(direction, 2, u, false) +
                                                    (before_reset ? logistic(gate(1, u)) : 1.0) * of_state);
                    const double update = logistic(gate(0, u));
                    h[i] = (1 - update) * hidden + update * before[i];
                }
            }
            y[static_cast<std::size_t>(t)] = h;
        }
        return y;
    }

    OnnxFile file(const std::string& direction, std::int64_t layout, const std::string& wanted) const {
        const std::int64_t d = directions, g = gates();
        const std::vector<std::int64_t> state =
            layout == 0 ? std::vector<std::int64_t>{d, 1, units} : std::vector<std::int64_t>{1, d, units};
        OnnxFile onnx(14);
        onnx.input("x", layout == 0 ? std::vector<std::int64_t>{steps, 1, inputs} : std::vector<std::int64_t>{1, steps, inputs})
            .constant("w", {d, g * units, inputs}, w)
            .constant("r", {d, g * units, units}, r)
            .constant("b", {d, 2 * g * units}, b)
            .constant("h", state, h0)
            .constant("c", state, c0);
        std::vector<std::string> names = {"x", "w", "r", "b", "", "h"};
        if (is_lstm) names.push_back("c");
        std::vector<testing::Wire> attributes = {onnx_text("direction", direction), onnx_integer("hidden_size", units),
                                                 onnx_integer("layout", layout)};
        if (!is_lstm) attributes.push_back(onnx_integer("linear_before_reset", before_reset ? 1 : 0));
        onnx.node(is_lstm ? "LSTM" : "GRU", names, {"y", "last"}, attributes).output(wanted);
        return onnx;
    }

    bool is_lstm;
    int directions;
    bool before_reset;
    std::vector<float> w, r, b, h0, c0;
};

void expect_values(const OnnxFile& file, const std::vector<float>& x, const std::vector<double>& expected) {
    const Graph graph = import_onnx(file.bytes(), "model.onnx").graph;
    const std::vector<float> got = Evaluator(graph).run_features(x);
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
}

TEST(OnnxRecurrent, EveryDirectionAndLayoutIsThePlainLoop) {
    base::Random random(3);
    const std::vector<float> x = testing::random_values(random, steps * inputs);
    for (const bool is_lstm : {true, false})
        for (const bool before_reset : {false, true})
            for (const std::string direction : {"forward", "reverse", "bidirectional"})
                for (const std::int64_t layout : {0, 1}) {
                    if (is_lstm && before_reset) continue;
                    SCOPED_TRACE((is_lstm ? "LSTM " : "GRU ") + direction + " layout " + std::to_string(layout));
                    const Layer layer(is_lstm, direction == "bidirectional" ? 2 : 1, before_reset);
                    std::vector<std::vector<std::vector<double>>> all;
                    for (int d = 0; d < layer.directions; ++d) all.push_back(layer.run(x, d, d == 1 || direction == "reverse"));
                    std::vector<double> y, last;  // both layouts lie alike for one sequence
                    for (std::size_t t = 0; t < steps; ++t)
                        for (const auto& one : all) y.insert(y.end(), one[t].begin(), one[t].end());
                    for (std::size_t d = 0; d < all.size(); ++d) {
                        const auto& end = d == 1 || direction == "reverse" ? all[d].front() : all[d].back();
                        last.insert(last.end(), end.begin(), end.end());
                    }
                    expect_values(layer.file(direction, layout, "y"), x, y);
                    expect_values(layer.file(direction, layout, "last"), x, last);
                }
}

std::string refusal(const OnnxFile& file) {
    try {
        (void)import_onnx(file.bytes(), "model.onnx");
    } catch (const base::Error& error) {
        return error.message() + " | " + error.hint();
    }
    return "was accepted";
}

TEST(OnnxRecurrent, WhatIsNotReadIsNamed) {
    const Layer layer(true, 1, false);
    const auto base = [&](int batch = 1) {
        OnnxFile onnx(14);
        onnx.input("x", {steps, batch, inputs})
            .constant("w", {1, 4 * units, inputs}, layer.w)
            .constant("r", {1, 4 * units, units}, layer.r);
        return onnx;
    };
    EXPECT_EQ(
        refusal(base(2)
                    .input("h", {1, 2, units})
                    .node("LSTM", {"x", "w", "r", "", "", "h"}, {"y"}, {onnx_integer("hidden_size", units)})
                    .output("y")),
        "model.onnx: operator 0 (LSTM) that writes \"y\" starts from a hidden state that is computed or fed | export it with a batch of 1 "
        "and one direction, or without its initial state as an input");
    EXPECT_EQ(
        refusal(base(2)
                    .node("LSTM", {"x", "w", "r"}, {"y", "", "c"}, {onnx_integer("hidden_size", units)})
                    .output("y")
                    .output("c", {1, 2, units})),
        "model.onnx: operator 0 (LSTM) that writes \"y\" gives its last cell state | export it with a batch of 1 and one direction, or "
        "without that output");
    EXPECT_EQ(
        refusal(
            base().node("LSTM", {"x", "w", "r"}, {"y"}, {onnx_integer("hidden_size", units), onnx_integer("input_forget", 1)}).output("y")),
        "model.onnx: operator 0 (LSTM) that writes \"y\" couples its input and forget gates | export it with a gate for each");
}

}  // namespace
}  // namespace mote::graph
