// Tests that know nothing of the particular operator; they run over the whole catalogue.
#include "graph/cases.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace mote::graph {
namespace {

using testing::OperatorCase;

class EveryOperator : public ::testing::TestWithParam<const Operator*> {
  protected:
    const OperatorCase& given() const {
        for (const OperatorCase& c : testing::operator_cases())
            if (c.op == GetParam()->name) return c;
        throw std::runtime_error("operator " + std::string(GetParam()->name) + " has no case in cases.hpp");
    }
};

TEST_P(EveryOperator, FloatEqualsThePlainLoop) {
    if (!given().naive) GTEST_SKIP() << "changes the type; see QuantiseAndDequantise";
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        base::Random random(seed);
        const Graph graph = given().make(random);
        verify(graph);
        const auto inputs = testing::random_inputs(graph, random);
        const auto expected = given().naive(graph, inputs);
        Evaluator evaluator(graph);
        const auto got = testing::as_floats(evaluator.run(testing::joined(inputs)));
        ASSERT_EQ(got.size(), expected.size());
        for (std::size_t i = 0; i < got.size(); ++i)
            ASSERT_NEAR(got[i], expected[i], 1e-4 * (1 + std::fabs(expected[i]))) << "seed " << seed << " place " << i;
    }
}

TEST_P(EveryOperator, MalformedNodesAreRejected) {
    base::Random random(1);
    const Graph sound = given().make(random);
    const auto expect_rejected = [&](const char* what, auto&& damage) {
        Graph graph = sound;
        damage(graph, graph.nodes.back());
        try {
            verify(graph);
            ADD_FAILURE() << what << " was accepted";
        } catch (const base::Error& error) {
            EXPECT_EQ(error.code(), "bad_input") << what;
            EXPECT_FALSE(error.hint().empty()) << what << ": " << error.message();
        }
    };
    expect_rejected("a node without inputs", [](Graph&, Node& n) { n.inputs.clear(); });
    expect_rejected("an absent input", [](Graph&, Node& n) { n.inputs[0] = -1; });
    expect_rejected("a node without outputs", [](Graph&, Node& n) { n.outputs.clear(); });
    expect_rejected("two outputs", [](Graph& g, Node& n) { n.outputs.push_back(g.add_tensor({"more", Type::f32, {1}, {}, {}, false})); });
    expect_rejected("70 inputs", [](Graph&, Node& n) { n.inputs.resize(70, n.inputs[0]); });
    expect_rejected("an index out of range", [](Graph& g, Node& n) { n.inputs[0] = static_cast<int>(g.tensors.size()); });
    expect_rejected("its own output as input", [](Graph&, Node& n) { n.inputs[0] = n.outputs[0]; });
    expect_rejected("an unknown attribute", [](Graph&, Node& n) { n.attributes["colour"] = "red"; });
    expect_rejected("attributes that are no table", [](Graph&, Node& n) { n.attributes = 3; });
    expect_rejected("an input of another type", [](Graph& g, Node&) { g.tensors[static_cast<std::size_t>(g.inputs[0])].type = Type::i64; });
    expect_rejected("an output of another type",
                    [](Graph& g, Node&) { g.tensors[static_cast<std::size_t>(g.outputs[0])].type = Type::i32; });
    expect_rejected("an output of another shape",
                    [](Graph& g, Node&) { g.tensors[static_cast<std::size_t>(g.outputs[0])].shape.push_back(2); });
    expect_rejected("an unknown operator", [](Graph&, Node& n) { n.op += "x"; });
}

TEST_P(EveryOperator, SurvivesTheModelFile) {
    base::Random random(2);
    const Graph graph = given().make(random);
    EXPECT_EQ(serialise(deserialise(serialise(graph), "case")), serialise(graph));
}

TEST_P(EveryOperator, HasHelpAndSchema) {
    EXPECT_FALSE(GetParam()->help.empty());
    EXPECT_EQ(GetParam()->schema()["type"], "object");
    EXPECT_NE(GetParam()->lower, nullptr);
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryOperator, ::testing::ValuesIn(operators().begin(), operators().end()),
                         [](const auto& info) { return std::string(info.param->name); });

TEST(QuantiseAndDequantise, RoundHalvesAwayFromZeroAndClamp) {
    Graph g;
    const int x = add_input(g, "x", {1, 9});
    const int y = append(g, "quantise", "q", {x});
    g.tensors[static_cast<std::size_t>(y)].type = Type::i8;
    g.tensors[static_cast<std::size_t>(y)].quantisation = {{0.5f}, {3}, -1};
    g.outputs = {y};
    verify(g);
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> values = {0.0f, 0.25f, -0.25f, 0.2499999f, 1e9f, -1e9f, infinity, -infinity, std::nanf("")};
    const std::vector<int> expected = {3, 4, 2, 3, 127, -128, 127, -128, 3};
    Evaluator evaluator(g);
    const auto bytes = evaluator.run(std::as_bytes(std::span(values)));
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(static_cast<int>(static_cast<std::int8_t>(bytes[i])), expected[i]) << values[i];
}

// Half as many features would have the number of bytes that 16-bit values take.
TEST(RunFeatures, InputsOfOtherTypesAreRefused) {
    Graph g;
    const int x = add_input(g, "x", {1, 4});
    g.tensors[0].type = Type::i16;
    g.tensors[0].quantisation = {{0.5f}, {0}, -1};
    const int y = append(g, "copy", "y", {x});
    g.tensors[static_cast<std::size_t>(y)].quantisation = g.tensors[0].quantisation;
    g.outputs = {y};
    verify(g);
    try {
        (void)Evaluator(g).run_features(std::vector<float>(2));
        FAIL() << "was accepted";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "unsupported");
        EXPECT_EQ(error.message(), "tensor 0 \"x\" is i16, features are fed as f32, i8 or u8");
    }
}

TEST(Verify, NamesTensorAndRemedy) {
    base::Random random(1);
    Graph g = testing::small_network(1);
    const auto message = [](const Graph& graph) {
        try {
            verify(graph);
        } catch (const base::Error& error) {
            return error.message() + " | " + error.hint();
        }
        return std::string("accepted");
    };
    Graph broken = g;
    broken.tensors[1].as<float>()[5] = std::nanf("");
    EXPECT_EQ(message(broken),
              "tensor 1 \"conv/w\" holds NaN at place 5 | training has diverged or the file is damaged: train with a lower learning rate");
    broken = g;
    std::swap(broken.nodes[0], broken.nodes[1]);
    EXPECT_NE(message(broken).find("is not computed before it | put the nodes in the order"), std::string::npos) << message(broken);
    broken = g;
    broken.tensors[0].quantisation = {{0.0f}, {0}, -1};
    EXPECT_EQ(message(broken), "tensor 0 \"x\" has scale 0.0 | scales are finite and greater than 0");
    broken = g;
    broken.tensors[0].shape = {1, 65536, 65536, 65536};
    EXPECT_NE(message(broken).find("takes more than"), std::string::npos);
    broken = g;
    broken.nodes[1].outputs = broken.nodes[0].outputs;
    EXPECT_NE(message(broken).find("is written by node 0"), std::string::npos) << message(broken);
    broken = g;
    broken.nodes[0].op = "conv_2";
    EXPECT_EQ(message(broken), "node 0 \"conv\" (conv_2): there is no such operator | did you mean \"conv_2d\"?");
}

// Whatever one flipped bit of a model file does, it is rejected, or what comes out can be verified and run.
TEST(Serialise, SingleBitFlipsAreRejectedOrHarmless) {
    base::Random random(3);
    const base::Bytes whole = serialise(testing::operator_cases()[0].make(random));
#if defined(__SANITIZE_ADDRESS__)
    constexpr std::size_t step = 1;
#else
    constexpr std::size_t step = 5;
#endif
    std::size_t accepted = 0;
    for (std::size_t bit = 0; bit < whole.size() * 8; bit += step) {
        base::Bytes flipped = whole;
        flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        try {
            const Graph graph = deserialise(flipped, "flipped");
            if (count_macs(graph) > 10'000'000) continue;
            base::Bytes input;
            for (const int i : graph.inputs) input.resize(input.size() + graph.tensors[static_cast<std::size_t>(i)].size_bytes());
            Evaluator(graph).run(input);
            ++accepted;
        } catch (const base::Error&) {
        }
    }
    EXPECT_GT(accepted, 0u);  // names and values may change
}

}  // namespace
}  // namespace mote::graph
