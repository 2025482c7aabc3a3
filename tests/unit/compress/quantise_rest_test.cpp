// What a quantised model leaves in floats becomes int8 as well; the rest stays as it is.
#include "compress/quantise_rest.hpp"
#include "graph/import/onnx.hpp"
#include "graph/models.hpp"
#include "graph/onnx_writer.hpp"
#include "graph/operator.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace mote::compress {
namespace {

using graph::Graph;
using graph::Type;
using graph::testing::onnx_integer;
using graph::testing::OnnxFile;
using graph::testing::random_constant;

std::vector<std::string> ops(const Graph& graph) {
    std::vector<std::string> names;
    for (const graph::Node& node : graph.nodes) names.push_back(node.op);
    return names;
}

std::vector<float> random_floats(std::size_t n, std::uint64_t seed, double size = 1) {
    base::Random random(seed);
    return graph::testing::random_values(random, n, size);
}

/// A Gemm that is stored and, as ONNX Runtime leaves the last layer, one that is not.
OnnxFile with_float_end() {
    std::vector<std::int8_t> first(32), second(24);
    for (std::size_t i = 0; i < first.size(); ++i) first[i] = static_cast<std::int8_t>(static_cast<int>(i * 37 % 255) - 127);
    for (std::size_t i = 0; i < second.size(); ++i) second[i] = static_cast<std::int8_t>(static_cast<int>(i * 91 % 255) - 127);
    OnnxFile file;
    file.input("x", {1, 4})
        .constant<float>("s", {}, {0.01f})
        .constant<float>("t", {}, {0.02f})
        .constant<std::int8_t>("z", {}, {0})
        .constant<std::int8_t>("z8", {}, {-20})
        .constant("w8", {8, 4}, first)
        .constant("v8", {3, 8}, second)
        .constant("b", {3}, std::vector<float>{0.1f, -0.2f, 0.3f})
        .node("QuantizeLinear", {"x", "s", "z"}, {"xq"})
        .node("DequantizeLinear", {"xq", "s", "z"}, {"xd"})
        .node("DequantizeLinear", {"w8", "s", "z"}, {"w"})
        .node("Gemm", {"xd", "w"}, {"h"}, {onnx_integer("transB", 1)})
        .node("QuantizeLinear", {"h", "t", "z8"}, {"hq"})
        .node("DequantizeLinear", {"hq", "t", "z8"}, {"hd"})
        .node("DequantizeLinear", {"v8", "s", "z"}, {"v"})
        .node("Gemm", {"hd", "v", "b"}, {"logits"}, {onnx_integer("transB", 1)});
    return file;
}

Graph read(const OnnxFile& file) { return graph::import_onnx(file.bytes(), "model.onnx").graph; }

void expect_close(const Graph& mixed, const Graph& stored, double most) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto x = random_floats(4, seed);
        const auto expected = graph::Evaluator(mixed).run_features(x), got = graph::Evaluator(stored).run_features(x);
        for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], most) << "seed " << seed;
    }
}

TEST(QuantiseRest, TheLastLayerAndItsSoftmaxBecomeInt8) {
    const Graph mixed = read(with_float_end().node("Softmax", {"logits"}, {"y"}, {onnx_integer("axis", 1)}).output("y"));
    EXPECT_EQ(ops(mixed), (std::vector<std::string>{"quantise", "dense", "dequantise", "dense", "softmax"}));
    EXPECT_TRUE(leaves_floats(mixed));
    const Graph stored = quantise_rest(mixed, random_floats(64 * 4, 9), 64);
    EXPECT_EQ(ops(stored), (std::vector<std::string>{"quantise", "dense", "dense", "softmax"}));
    EXPECT_FALSE(leaves_floats(stored));
    EXPECT_EQ(stored.output().type, Type::i8);
    EXPECT_EQ(stored.input().type, Type::f32);
    // The last layer reads what the one before it stores, as that stores it.
    EXPECT_EQ(stored.nodes[2].inputs[0], stored.nodes[1].outputs[0]);
    EXPECT_EQ(stored.tensors[static_cast<std::size_t>(stored.nodes[1].outputs[0])].quantisation.scale[0], 0.02f);
    expect_close(mixed, stored, 0.02);
}

TEST(QuantiseRest, WhatIsStoredAgainIsRequantised) {
    const Graph mixed = read(with_float_end()
                                 .node("Exp", {"logits"}, {"e"})
                                 .node("Relu", {"e"}, {"r"})
                                 .node("QuantizeLinear", {"r", "t", "z8"}, {"q"})
                                 .node("DequantizeLinear", {"q", "t", "z8"}, {"y"})
                                 .output("y"));
    const Graph stored = quantise_rest(mixed, random_floats(64 * 4, 9), 64);
    const auto names = ops(stored);
    EXPECT_EQ(names.front(), "quantise");
    EXPECT_EQ(names.back(), "dequantise");
    EXPECT_FALSE(leaves_floats(stored));
    expect_close(mixed, stored, 0.15);
}

// What TensorFlow makes of tf.cast(pixels, tf.float32) before a model of floats.
TEST(QuantiseRest, PixelsThatAreCastToFloatsStayUnsigned) {
    base::Random random(5);
    Graph graph;
    const int x = graph.add_tensor({"x", Type::u8, {1, 12}, {{1.0f}, {0}, -1}, {}, false}),
              stored = graph.add_tensor({"stored", Type::i8, {1, 12}, {{1.0f}, {-128}, -1}, {}, false}),
              real = graph.add_tensor({"real", Type::f32, {1, 12}, {}, {}, false});
    graph.inputs = {x};
    graph.add_node({"requantise", "stored", {x}, {stored}});
    graph.add_node({"dequantise", "real", {stored}, {real}});
    graph.outputs = {
        append(graph, "dense", "dense", {real, random_constant(graph, random, "w", {3, 12}), random_constant(graph, random, "b", {3})})};
    verify(graph);
    ASSERT_TRUE(leaves_floats(graph));
    std::vector<float> pixels(12 * 40);
    for (float& v : pixels) v = static_cast<float>(random.below(256));
    const Graph whole = quantise_rest(graph, pixels, 40);
    EXPECT_EQ(ops(whole), (std::vector<std::string>{"requantise", "dense"}));
    EXPECT_EQ(whole.input().type, Type::u8);
    graph::Evaluator floats(graph), wholes(whole);
    for (std::size_t i = 0; i < 40; ++i) {
        const auto row = std::span(pixels).subspan(12 * i, 12);
        const auto expected = floats.run_features(row), got = wholes.run_features(row);
        for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(got[c], expected[c], 4 * whole.output().quantisation.scale[0]);
    }
}

TEST(QuantiseRest, AQuantisedModelStaysAsItIs) {
    const Graph whole = read(OnnxFile()
                                 .input("x", {1, 4})
                                 .constant<float>("s", {}, {0.01f})
                                 .constant<std::int8_t>("z", {}, {0})
                                 .node("QuantizeLinear", {"x", "s", "z"}, {"q"})
                                 .node("DequantizeLinear", {"q", "s", "z"}, {"y"})
                                 .output("y"));
    EXPECT_FALSE(leaves_floats(whole));
    EXPECT_EQ(graph::serialise(quantise_rest(whole, random_floats(16, 1), 4)), graph::serialise(whole));
    base::Random random(1);
    Graph real;
    real.outputs = {graph::append(real, "relu", "r", {graph::add_input(real, "x", {1, 4})})};
    EXPECT_FALSE(leaves_floats(real)) << "a float model is none that leaves some layers in floats";
}

TEST(QuantiseRest, ExamplesAreNeeded) {
    const Graph mixed = read(with_float_end().node("Relu", {"logits"}, {"y"}).output("y"));
    EXPECT_THROW((void)quantise_rest(mixed, {}, 0), base::Error);
    EXPECT_THROW((void)quantise_rest(mixed, random_floats(3, 1), 1), base::Error) << "of another size";
}

TEST(QuantiseRest, FloatsFromSeveralPlacesAreRefusedByName) {
    const Graph mixed = read(with_float_end()
                                 .node("MatMul", {"logits", "v"}, {"m"})
                                 .node("Softplus", {"xd"}, {"p"})
                                 .node("Add", {"m", "m"}, {"a"})
                                 .node("Concat", {"a", "p"}, {"y"}, {onnx_integer("axis", 1)})
                                 .output("y"));
    try {
        (void)quantise_rest(mixed, random_floats(16, 1), 4);
        FAIL() << "was accepted";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "unsupported");
        EXPECT_NE(error.message().find("and what hangs together with it stay float, and read 2 tensors and give 1"), std::string::npos)
            << error.message();
    }
}

}  // namespace
}  // namespace mote::compress
