#include "graph/cases.hpp"
#include "graph/export_format.hpp"
#include "graph/import/onnx.hpp"
#include "graph/onnx_writer.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace mote::graph {
namespace {

using testing::joined;
using testing::random_inputs;

base::Bytes written(const Graph& graph) { return export_format_of("model.onnx").write(graph); }

bool is_quantising(const Graph& graph) {
    return std::any_of(graph.tensors.begin(), graph.tensors.end(),
                       [](const Tensor& t) { return t.type != Type::f32 && t.type != Type::i32; });
}

// What is written and read again computes the same, operator by operator.
TEST(OnnxExport, EveryOperatorComesBack) {
    std::set<std::string> refused, returned;
    for (const testing::OperatorCase& c : testing::operator_cases()) {
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            base::Random random(seed);
            const Graph graph = c.make(random);
            if (is_quantising(graph)) continue;
            try {
                const base::Bytes bytes = written(graph);
                EXPECT_EQ(bytes, written(graph)) << c.op;
                const Graph again = import_onnx(bytes, std::string(c.op)).graph;
                const auto inputs = random_inputs(graph, random);
                Evaluator first(graph), second(again);
                const auto expected = testing::as_floats(first.run(joined(inputs)));
                const auto got = testing::as_floats(second.run(joined(inputs)));
                ASSERT_EQ(expected.size(), got.size()) << c.op << " with seed " << seed;
                for (std::size_t i = 0; i < expected.size(); ++i)
                    ASSERT_NEAR(expected[i], got[i], 1e-5f * (1 + std::fabs(expected[i]))) << c.op << " with seed " << seed;
                returned.emplace(c.op);
            } catch (const base::Error& error) {
                EXPECT_EQ(error.code(), "unsupported") << c.op << ": " << error.message();
                refused.insert(std::string(c.op));
            }
        }
    }
    // Variables have no counterpart there.
    const std::set<std::string> without = {"assign", "svdf", "lstm", "gru"};
    for (const std::string& op : refused) EXPECT_TRUE(without.count(op)) << op;
    EXPECT_GE(returned.size(), 35u);
}

// uint8 at the ends: as QuantizeLinear and DequantizeLinear of that type.
TEST(OnnxExport, UnsignedEndsComeBack) {
    Graph graph;
    const Quantisation outer{{0.1f}, {140}, -1}, inner{{0.1f}, {12}, -1};
    const int x = graph.add_tensor({"x", Type::u8, {1, 4}, outer, {}, false}),
              a = graph.add_tensor({"a", Type::i8, {1, 4}, inner, {}, false}),
              b = graph.add_tensor({"b", Type::i8, {1, 4}, inner, {}, false}),
              y = graph.add_tensor({"y", Type::u8, {1, 4}, outer, {}, false});
    graph.inputs = {x}, graph.outputs = {y};
    graph.add_node({"requantise", "a", {x}, {a}});
    graph.add_node({"relu", "b", {a}, {b}});
    graph.add_node({"requantise", "y", {b}, {y}});
    verify(graph);
    const Graph again = import_onnx(written(graph), "again").graph;
    EXPECT_EQ(again.input().type, Type::u8);
    EXPECT_EQ(again.output().type, Type::u8);
    EXPECT_EQ(again.output().quantisation.zero_point, outer.zero_point);
    EXPECT_EQ(again.nodes.size(), 3u);
    Evaluator first(graph), second(again);
    const base::Bytes in = {std::byte{0}, std::byte{139}, std::byte{141}, std::byte{255}};
    EXPECT_TRUE(std::ranges::equal(first.run(in), second.run(in)));
}

TEST(OnnxExport, ANetworkComesBackWithoutTransposesBetweenItsLayers) {
    const Graph graph = testing::small_network(3);
    const Graph again = import_onnx(written(graph), "again").graph;
    std::vector<std::string> ops;
    for (const Node& node : again.nodes) ops.push_back(node.op);
    EXPECT_EQ(std::count(ops.begin(), ops.end(), "transpose"), 0);
    for (const Node& node : again.nodes) {
        if (node.op != "batch_norm") continue;
        EXPECT_EQ(node.attributes["epsilon"], 1e-3);
    }
    EXPECT_EQ(again.input().name, graph.input().name);
    EXPECT_EQ(again.output().shape, graph.output().shape);
    base::Random random(5);
    const std::vector<float> x = testing::random_values(random, graph.input().count());
    const auto expected = Evaluator(graph).run_features(x), got = Evaluator(again).run_features(x);
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(expected[i], got[i], 1e-6f);
}

// A value that two outputs have is written under both names.
TEST(OnnxExport, OneValueMayHaveTwoNames) {
    const base::Bytes file = testing::OnnxFile()
                                 .input("x", {1, 4})
                                 .node("Identity", {"x"}, {"y"})
                                 .node("Identity", {"x"}, {"z"})
                                 .output("y")
                                 .output("z")
                                 .bytes();
    const Graph again = import_onnx(written(import_onnx(file, "two").graph), "again").graph;
    ASSERT_EQ(again.outputs.size(), 2u);
    EXPECT_EQ(again.output(0).name, "y");
    EXPECT_EQ(again.output(1).name, "z");
}

}  // namespace
}  // namespace mote::graph
