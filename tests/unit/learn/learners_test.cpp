// Every learner of the catalogue: sound defaults, budgets, odd shapes.
#include "graph/operator.hpp"
#include "learn/budget.hpp"
#include "learn/learner.hpp"
#include "toy.hpp"

#include <gtest/gtest.h>

namespace mote::learn {
namespace {

class EveryLearner : public ::testing::TestWithParam<const LearnerType*> {};
INSTANTIATE_TEST_SUITE_P(Catalogue, EveryLearner, ::testing::ValuesIn(learner_types().begin(), learner_types().end()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST_P(EveryLearner, DefaultsBuildASoundGraph) {
    const LearnerType& type = *GetParam();
    const auto shape = toy::shape_for(type.name);
    const graph::Graph graph = type.build(type.defaults(), shape, 4, {}, base::Random(1));
    ASSERT_NO_THROW(graph::verify(graph));
    EXPECT_EQ(graph.output().shape, (std::vector<int>{1, 4}));
    EXPECT_EQ(graph.nodes.back().op, "softmax");
    graph::Evaluator evaluator(graph);
    std::vector<float> x(graph.input().count(), 0.5f);
    const auto y = evaluator.run(std::as_bytes(std::span(x)));
    float sum = 0;
    for (std::size_t c = 0; c < 4; ++c) sum += reinterpret_cast<const float*>(y.data())[c];
    EXPECT_NEAR(sum, 1, 1e-5);
}

TEST_P(EveryLearner, EstimateAgreesWithTheGraph) {
    const LearnerType& type = *GetParam();
    const graph::Graph graph = type.build(type.defaults(), toy::shape_for(type.name), 4, {}, base::Random(1));
    std::uint64_t layers = 0;
    for (const graph::Node& node : graph.nodes)
        if (node.op == "dense" || node.op == "conv_2d" || node.op == "depthwise_conv_2d")
            layers += graph::find_operator(node.op)->macs(graph, node);
    const Footprint footprint = estimate(graph);
    EXPECT_EQ(footprint.macs, layers);
    EXPECT_GT(footprint.ram_bytes, graph.input().count() * 4);
    EXPECT_GT(footprint.flash_bytes, footprint.parameters);
}

TEST_P(EveryLearner, SameSeedSameBytesOtherSeedOther) {
    const LearnerType& type = *GetParam();
    const auto shape = toy::shape_for(type.name);
    const auto bytes = [&](std::uint64_t seed) {
        base::Bytes all;
        for (const auto& t : type.build(type.defaults(), shape, 3, {}, base::Random(seed)).tensors)
            all.insert(all.end(), t.data.begin(), t.data.end());
        return all;
    };
    EXPECT_EQ(bytes(1), bytes(1));
    EXPECT_NE(bytes(1), bytes(2));
}

TEST_P(EveryLearner, AutoTakesTheLargestThatFits) {
    const LearnerType& type = *GetParam();
    const auto shape = toy::shape_for(type.name);
    const auto flash = [&](const char* size, Budget budget) {
        return estimate(type.build({{"size", size}}, shape, 4, budget, base::Random(1))).flash_bytes;
    };
    const auto small = flash("small", {}), medium = flash("medium", {}), large = flash("large", {});
    EXPECT_LT(small, medium);
    EXPECT_LT(medium, large);
    EXPECT_EQ(flash("auto", {}), large);
    EXPECT_EQ(flash("auto", {.flash_bytes = medium}), medium);
    EXPECT_EQ(flash("auto", {.flash_bytes = medium - 1}), small);
    // A budget with a measure of its own is held to that.
    Budget measured{.ram_bytes = 1};
    measured.measure = [&](const graph::Graph& graph) {
        Footprint footprint = estimate(graph);
        footprint.ram_bytes = footprint.flash_bytes > small ? 2 : 1;
        return footprint;
    };
    EXPECT_EQ(flash("auto", measured), small);
    for (const char* size : {"auto", "large"}) {
        try {
            flash(size, {.flash_bytes = 10});
            FAIL() << "a model of 10 bytes was built";
        } catch (const base::Error& error) {
            EXPECT_NE(error.message().find("flash"), std::string::npos) << error.message();
            EXPECT_FALSE(error.hint().empty());
        }
    }
}

TEST_P(EveryLearner, OddShapesFailCleanly) {
    const LearnerType& type = *GetParam();
    const std::vector<std::vector<int>> shapes = {
        {},      {0},     {-3},    {1},       {5},       {1, 1},      {3, 1},       {1, 3},         {7, 3},         {0, 4},
        {4, -1}, {64, 1}, {1, 64}, {4, 4, 1}, {5, 7, 3}, {28, 28, 1}, {2, 2, 2, 2}, {40000, 40000}, {2147483647, 2}};
    for (const auto& shape : shapes) {
        for (const int classes : {0, 1, 2, 5}) {
            try {
                const graph::Graph graph = type.build({{"size", "small"}}, shape, classes, {}, base::Random(1));
                graph::verify(graph);
                EXPECT_GE(classes, 2);
                EXPECT_EQ(graph.output().shape[1], classes);
            } catch (const base::Error& error) {
                EXPECT_EQ(error.code(), "bad_input") << error.message();
                EXPECT_NE(error.message().find(type.name), std::string::npos) << error.message();
                EXPECT_FALSE(error.hint().empty()) << error.message();
            }
        }
    }
}

TEST_P(EveryLearner, UnknownParameterIsNamed) {
    EXPECT_THROW(GetParam()->build({{"sise", "small"}}, toy::shape_for(GetParam()->name), 3, {}, base::Random(1)), base::Error);
}

TEST(Learners, NearMissIsSuggested) {
    try {
        find_learner_type("dscnn");
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "not_found");
        EXPECT_NE(error.hint().find("ds_cnn"), std::string::npos) << error.hint();
    }
}

TEST(Budget, PeakCountsWhatIsAliveAtOnce) {
    // 24 float features; 20 and 10 units: at worst the int8 input (24) stands beside the first layer's output (20).
    const graph::Graph graph = toy::build("dense", {24}, 4, {{"size", "small"}});
    EXPECT_EQ(estimate(graph).ram_bytes, 24u * 4 + 24 + 20);
    EXPECT_EQ(estimate(graph).parameters, 24u * 20 + 20 + 20 * 10 + 10 + 10 * 4 + 4);
}

}  // namespace
}  // namespace mote::learn
