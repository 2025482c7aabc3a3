#include "compress/quantise.hpp"
#include "compress/calibrate.hpp"
#include "compress/fold.hpp"
#include "graph/build.hpp"
#include "graph/models.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote::compress {
namespace {

using graph::Graph;
using graph::testing::random_values;
using graph::testing::small_network;

std::vector<float> run(const Graph& graph, std::span<const float> features) {
    graph::Evaluator evaluator(graph);
    return evaluator.run_features(features);
}

std::size_t count(const Graph& graph, std::string_view op) {
    return static_cast<std::size_t>(std::count_if(graph.nodes.begin(), graph.nodes.end(), [&](const auto& n) { return n.op == op; }));
}

TEST(Fold, KeepsOutputsOfRandomNetworks) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Graph graph = small_network(seed);
        const Graph folded = fold(graph);
        EXPECT_EQ(count(folded, "batch_norm"), 0u);
        EXPECT_EQ(count(folded, "relu"), 0u);
        base::Random random(seed + 100);
        const auto x = random_values(random, graph.input().count());
        const auto before = run(graph, x), after = run(folded, x);
        for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(before[i], after[i], 1e-4f) << "seed " << seed;
    }
}

TEST(Fold, SharedResultsAreNotFused) {
    Graph g = small_network(1);
    // The layer's own result is an output too, so that neither batch normalisation nor relu may change it.
    g.outputs.push_back(g.nodes[0].outputs[0]);
    const Graph folded = fold(g);
    EXPECT_EQ(folded.nodes[0].attributes.value("activation", std::string("none")), "none");
    base::Random random(5);
    const auto x = random_values(random, g.input().count());
    graph::Evaluator before(g), after(folded);
    const auto a = graph::testing::as_floats(before.run(std::as_bytes(std::span(x))));
    const auto b = graph::testing::as_floats(after.run(std::as_bytes(std::span(x))));
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-4f);
}

/// As learners build them: standardisation of the features in front, which stays float.
Graph with_standardisation(std::uint64_t seed) {
    base::Random random(seed);
    Graph g;
    g.name = "standardised";
    const int x = graph::add_input(g, "features", {1, 6, 2});
    const auto constant = [&](const std::string& name, const std::vector<int>& shape, double spread) {
        return graph::testing::random_constant(g, random, name, shape, spread);
    };
    int y = graph::append(
        g, "batch_norm", "standardise",
        {x, graph::add_constant(g, "gamma", {2}, std::vector<float>{1, 1}), graph::add_constant(g, "beta", {2}, std::vector<float>{0, 0}),
         graph::add_constant(g, "mean", {2}, std::vector<float>{1000, -3}),
         graph::add_constant(g, "variance", {2}, std::vector<float>{250000, 1e-4f})},
        {{"epsilon", 1e-12}});
    y = graph::append(g, "reshape", "image", {y}, {{"shape", {1, 6, 1, 2}}});
    y = graph::append(g, "conv_2d", "conv", {y, constant("w", {8, 3, 1, 2}, 0.5), constant("b", {8}, 0.1)},
                      {{"padding", "same"}, {"activation", "relu"}});
    y = graph::append(g, "reshape", "flat", {y}, {{"shape", {1, 48}}});
    y = graph::append(g, "dense", "dense", {y, constant("dense/w", {3, 48}, 0.3), constant("dense/b", {3}, 0.1)});
    y = graph::append(g, "softmax", "softmax", {y});
    g.outputs = {y};
    return g;
}

std::vector<float> features_of(const Graph& graph, std::uint64_t seed, std::size_t examples) {
    base::Random random(seed);
    auto values = random_values(random, examples * graph.input().count());
    if (graph.name == "standardised")
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = i % 2 == 0 ? 1000 + 500 * values[i] : -3 + 0.01f * values[i];
    return values;
}

double disagreement(const Graph& graph, const Graph& quantised, std::uint64_t seed) {
    constexpr std::size_t examples = 200;
    const auto features = features_of(graph, seed, examples);
    const std::size_t width = graph.input().count();
    std::size_t different = 0;
    for (std::size_t e = 0; e < examples; ++e) {
        const auto x = std::span(features).subspan(e * width, width);
        const auto a = run(graph, x), b = run(quantised, x);
        const auto largest = std::max_element(a.begin(), a.end()) - a.begin();
        // Only clear decisions count: a margin of two steps of the output.
        std::vector<float> sorted = a;
        std::sort(sorted.rbegin(), sorted.rend());
        if (sorted[0] - sorted[1] < 0.05f) continue;
        different += std::max_element(b.begin(), b.end()) - b.begin() != largest;
    }
    return static_cast<double>(different) / examples;
}

TEST(Quantise, AgreesWithFloatOnRandomNetworks) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed)
        for (const Graph& graph : {small_network(seed), with_standardisation(seed)}) {
            QuantiseReport report;
            const Graph quantised = quantise(graph, features_of(graph, seed, 100), 100, {}, &report);
            EXPECT_LE(disagreement(graph, quantised, seed + 50), 0.01) << graph.name << " " << seed << " " << report.ranges;
            EXPECT_GT(report.agreement, 0.9);
            EXPECT_EQ(quantised.output().quantisation.scale[0], 1.0f / 256);
        }
}

TEST(Quantise, StandardisationStaysInFloatInFront) {
    const Graph graph = with_standardisation(1);
    const Graph quantised = quantise(graph, features_of(graph, 1, 50), 50);
    EXPECT_EQ(quantised.input().type, graph::Type::f32);
    ASSERT_GE(quantised.nodes.size(), 2u);
    EXPECT_EQ(quantised.nodes[0].op, "batch_norm");
    EXPECT_EQ(quantised.nodes[1].op, "quantise");
    EXPECT_EQ(quantise(small_network(1), features_of(small_network(1), 1, 50), 50).input().type, graph::Type::i8);
}

TEST(Quantise, IsTheSameEveryTime) {
    const Graph graph = small_network(2);
    const auto features = features_of(graph, 3, 40);
    EXPECT_EQ(graph::serialise(quantise(graph, features, 40)), graph::serialise(quantise(graph, features, 40)));
}

TEST(Quantise, EveryMethodGivesASoundGraph) {
    const Graph graph = small_network(2);
    const auto features = features_of(graph, 3, 40);
    for (const char* ranges : {"minmax", "percentile", "mse"})
        for (const char* correction : {"on", "off"}) {
            QuantiseReport report;
            graph::verify(quantise(graph, features, 40, {ranges, correction, 20}, &report));
            EXPECT_EQ(report.ranges, ranges);
            EXPECT_EQ(report.bias_correction, std::string(correction) == "on");
        }
}

TEST(Quantise, NamesWhatIsWrong) {
    const Graph graph = small_network(2);
    const auto features = features_of(graph, 3, 4);
    EXPECT_THROW(quantise(graph, {}, 0), base::Error);
    EXPECT_THROW(quantise(graph, std::span(features).first(100), 4), base::Error);
    auto broken = features;
    broken[3] = std::nanf("");
    EXPECT_THROW(quantise(graph, broken, 4), base::Error);
    EXPECT_THROW(quantise(quantise(graph, features, 4), features, 4), base::Error);
}

// y = [what x was before, x]: the variable has the scale of what is assigned, and the first value in it.
TEST(Quantise, StateStartsWhereItDid) {
    const std::vector<float> first = {1.5f, -2, 0.25f, 3};
    const auto stored = std::as_bytes(std::span(first));
    Graph g;
    g.name = "stream";
    const int x = graph::add_input(g, "x", {1, 4});
    const int variable = g.add_tensor({"last", graph::Type::f32, {1, 4}, {}, {}, true, {stored.begin(), stored.end()}});
    g.outputs = {graph::append(g, "concat", "both", {graph::append(g, "copy", "held", {variable}), x}, {{"axis", 1}})};
    g.add_node({"assign", "keep", {x}, {variable}});
    graph::verify(g);
    base::Random random(3);
    const Graph quantised = quantise(g, random_values(random, 4 * 16), 16);
    graph::Evaluator real(g), whole(quantised);
    for (int i = 0; i < 3; ++i) {
        const auto frame = random_values(random, 4, 0.3);
        const auto wanted = real.run_features(frame), got = whole.run_features(frame);
        ASSERT_EQ(got.size(), 8u);
        for (std::size_t k = 0; k < got.size(); ++k) EXPECT_NEAR(got[k], wanted[k], 0.02f) << "frame " << i << ", value " << k;
    }
}

// Boxes beside scores, as detectors have them: the scale of a sigmoid, 1/256, would cut the boxes off at 1.
TEST(Quantise, WhatIsJoinedWithASigmoidKeepsItsRange) {
    Graph g;
    g.name = "detector";
    const int x = graph::add_input(g, "x", {1, 4});
    const int scores = graph::append(g, "reshape", "flat", {graph::append(g, "logistic", "scores", {x})}, {{"shape", {1, 4}}});
    const int angles = graph::append(g, "tanh", "angles", {x});
    g.outputs = {graph::append(g, "concat", "all", {graph::append(g, "add", "boxes", {x, x}), scores, angles}, {{"axis", 1}})};
    base::Random random(5);
    const Graph quantised = quantise(g, random_values(random, 4 * 16, 4), 16);
    const auto features = random_values(random, 4, 3);
    const auto wanted = run(g, features), got = run(quantised, features);
    ASSERT_EQ(got.size(), 12u);
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 0.2f) << i;
}

TEST(Quantise, SigmoidsJoinedWithEachOtherKeepTheirScale) {
    Graph g;
    g.name = "scores";
    const int x = graph::add_input(g, "x", {1, 4});
    const int a = graph::append(g, "logistic", "a", {x}), b = graph::append(g, "logistic", "b", {graph::append(g, "relu", "r", {x})});
    g.outputs = {graph::append(g, "concat", "all", {a, b}, {{"axis", 1}})};
    base::Random random(5);
    EXPECT_EQ(count(quantise(g, random_values(random, 4 * 16, 4), 16), "requantise"), 0u);
}

// The mask of attention: what it hides stays hidden in int8, and what it lets through is what it was.
TEST(Quantise, AMaskOfInfinitiesHidesWhatItCovers) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    Graph g;
    const int x = graph::add_input(g, "x", {1, 5});
    const int mask = graph::add_constant(g, "mask", {1, 5}, std::vector<float>{0, 0, -infinity, 0, -infinity});
    g.outputs = {graph::append(g, "softmax", "y", {graph::append(g, "add", "masked", {x, mask})})};
    base::Random random(3);
    const std::vector<float> examples = random_values(random, 5 * 64);
    const Graph quantised = quantise(g, examples, 64);
    for (std::size_t e = 0; e < 64; ++e) {
        const auto one = std::span(examples).subspan(e * 5, 5);
        const auto wanted = run(g, one), got = run(quantised, one);
        EXPECT_EQ(got[2], 0.0f);
        EXPECT_EQ(got[4], 0.0f);
        for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], wanted[i], 0.03f);
    }
    g.tensors[static_cast<std::size_t>(mask)].as<float>()[0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THROW(graph::verify(g), base::Error);
}

TEST(Quantise, AnInfiniteBiasHasNoMeaning) {
    Graph g;
    const int x = graph::add_input(g, "x", {1, 2});
    const int weights = graph::add_constant(g, "w", {1, 2}, std::vector<float>{1, 2});
    const int bias = graph::add_constant(g, "b", {1}, std::vector<float>{std::numeric_limits<float>::infinity()});
    g.outputs = {graph::append(g, "dense", "y", {x, weights, bias})};
    EXPECT_THROW(graph::verify(g), base::Error);
}

// Two inputs and two outputs: the answers are those of the float graph, whichever input they come from.
TEST(Quantise, SeveralInputsAndOutputs) {
    base::Random random(9);
    Graph g;
    const int a = graph::add_input(g, "a", {1, 6}), b = graph::add_input(g, "b", {1, 3});
    const int first =
        graph::append(g, "dense", "first", {a, graph::add_constant(g, "w", {4, 6}, random_values(random, 24))}, {{"activation", "relu"}});
    const int second = graph::append(
        g, "dense", "second",
        {graph::append(g, "concat", "both", {first, b}, {{"axis", 1}}), graph::add_constant(g, "v", {3, 7}, random_values(random, 21))});
    g.outputs = {graph::append(g, "softmax", "y", {second}), first};
    const std::vector<float> examples = random_values(random, 9 * 100);
    QuantiseReport report;
    const Graph quantised = quantise(g, examples, 100, {}, &report);
    EXPECT_GT(report.agreement, 0.95);
    ASSERT_EQ(quantised.inputs.size(), 2u);
    ASSERT_EQ(quantised.outputs.size(), 2u);
    graph::Evaluator reals(g), stored(quantised);
    for (std::size_t e = 0; e < 100; ++e) {
        const auto one = std::span<const float>(examples).subspan(e * 9, 9);
        run_reals(reals, g, one), run_reals(stored, quantised, one);
        for (std::size_t o = 0; o < 2; ++o) {
            const graph::Tensor& t = quantised.output(o);
            const auto wanted = reals.tensor(g.outputs[o]), got = stored.tensor(quantised.outputs[o]);
            for (std::size_t i = 0; i < got.size(); ++i) {
                const float real =
                    t.quantisation.scale[0] * static_cast<float>(static_cast<std::int8_t>(got[i]) - t.quantisation.zero_point[0]);
                EXPECT_NEAR(real, reinterpret_cast<const float*>(wanted.data())[i], 0.06f) << e << " " << o;
            }
        }
    }
}

TEST(Fold, AReluBehindAClampBelowZeroStays) {
    Graph g;
    g.name = "clamped";
    const int x = graph::add_input(g, "x", {1, 4});
    g.outputs = {graph::append(g, "relu", "relu", {graph::append(g, "relu_n1_to_1", "clamp", {x})})};
    EXPECT_EQ(run(fold(g), std::vector<float>{-3, -0.5f, 0.5f, 3}), (std::vector<float>{0, 0, 0.5f, 1}));
    Graph sum;
    sum.name = "sum";
    const int y = graph::add_input(sum, "x", {1, 4});
    sum.outputs = {graph::append(sum, "relu", "relu", {graph::append(sum, "add", "sum", {y, y}, {{"activation", "relu_n1_to_1"}})})};
    EXPECT_EQ(run(fold(sum), std::vector<float>{-3, -0.25f, 0.25f, 3}), (std::vector<float>{0, 0, 0.5f, 1}));
}

// What a variable holds comes from itself: looking for where its scale is fixed must end.
TEST(Quantise, FramesThatAreRememberedEnd) {
    Graph g;
    const int x = graph::add_input(g, "x", {1, 1, 3});
    const int state = g.add_tensor({"state", graph::Type::f32, {1, 2, 3}, {}, {}, true});
    const int both = graph::append(g, "concat", "both", {graph::append(g, "copy", "before", {state}), x}, {{"axis", 1}});
    const int kept = graph::append(g, "slice", "kept", {both}, {{"begin", {0, 1, 0}}, {"size", {1, 2, 3}}, {"strides", {1, 1, 1}}});
    graph::Node assign;
    assign.name = "assign", assign.op = "assign", assign.inputs = {kept}, assign.outputs = {state};
    g.add_node(std::move(assign));
    g.outputs = {both};
    const std::vector<float> samples = {0.5f, -1.0f, 0.25f, 0.75f, 1.0f, -0.5f};
    const Graph quantised = quantise(g, samples, 2, {"minmax", "off", 2});
    for (const graph::Tensor& t : quantised.tensors) EXPECT_TRUE(!t.is_variable || t.type == graph::Type::i8);
}

TEST(Quantise, DeadChannelsAndConstantFeaturesAreSound) {
    Graph graph = small_network(4);
    for (auto& tensor : graph.tensors)
        if (tensor.name == "dense/w")
            for (std::size_t i = 0; i < 8; ++i) tensor.as<float>()[i] = 0;
    const std::vector<float> zeros(10 * graph.input().count(), 0.0f);
    graph::verify(quantise(graph, zeros, 10));
}

}  // namespace
}  // namespace mote::compress
