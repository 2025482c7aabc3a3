// How far quantised recurrent layers are from their float models, at the last of many steps.
#include "compress/quantise.hpp"
#include "graph/cases.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mote::compress {
namespace {

constexpr int steps = 50, inputs = 8, units = 24;

/// `gain`: how much larger the weights are than those that a layer starts training with; `memory`: bias of the gate that keeps the state.
graph::Graph layer(const std::string& op, double gain, float memory) {
    base::Random random(5);
    graph::Graph g;
    const int gates = op == "gru" ? 3 : 4;
    std::vector<int> list = {graph::add_input(g, "x", {1, steps, inputs})};
    for (int i = 0; i < gates; ++i)
        list.push_back(graph::testing::random_constant(g, random, "w", {units, inputs}, gain / std::sqrt(inputs)));
    for (int i = 0; i < gates; ++i)
        list.push_back(graph::testing::random_constant(g, random, "u", {units, units}, gain / std::sqrt(units)));
    const int keeps = op == "gru" ? 0 : 1;
    for (int i = 0; i < gates * (op == "gru" ? 2 : 1); ++i) {
        std::vector<float> bias = graph::testing::random_values(random, units, 0.2);
        for (float& v : bias) v += i == keeps ? memory : 0;
        list.push_back(graph::add_constant(g, "b", {units}, bias));
    }
    for (int i = 0; i < (op == "gru" ? 1 : 2); ++i)
        list.push_back(graph::add_constant(g, "s", {1, units}, std::vector<float>(units, 0.0f)));
    g.name = op;
    g.outputs = {graph::append(g, op, op, list)};
    return g;
}

/// Root mean square of the difference at the last step, as a share of that of the float model's values.
double relative_error(const graph::Graph& real) {
    base::Random random(9);
    constexpr std::size_t examples = 64, width = steps * inputs;
    const std::vector<float> x = graph::testing::random_values(random, examples * width);
    const graph::Graph stored = quantise(real, x, examples, {"minmax", "off", static_cast<int>(examples)});
    graph::Evaluator a(real), b(stored);
    double error = 0, size = 0;
    for (std::size_t e = 0; e < examples; ++e) {
        const auto window = std::span(x).subspan(e * width, width);
        const std::vector<float> wanted = a.run_features(window), got = b.run_features(window);
        for (std::size_t i = wanted.size() - units; i < wanted.size(); ++i) {
            error += (wanted[i] - got[i]) * (wanted[i] - got[i]);
            size += wanted[i] * wanted[i];
        }
    }
    return std::sqrt(error / size);
}

TEST(RecurrentAccuracy, QuantisedLayersStayNearTheFloatOnes) {
    for (const std::string op : {"lstm", "gru"})
        for (const auto& [name, gain, memory, most] :
             {std::tuple{"as training starts", 0.6, 0.0f, 0.03}, std::tuple{"trained", 1.0, 1.0f, 0.05},
              std::tuple{"long memory", 1.0, 4.0f, 0.05}}) {
            const double error = relative_error(layer(op, gain, memory));
            std::printf("%-4s %-18s after %d steps %.2f %% from the float layer\n", op.c_str(), name, steps, 100 * error);
            EXPECT_LT(error, most) << op << " " << name;
        }
}

}  // namespace
}  // namespace mote::compress
