// The layers that are written for the public runtime (tests/interop): read, and damaged bit by bit.
#include "interop/file_layers.hpp"

#include "base/error.hpp"
#include "graph/cases.hpp"
#include "graph/export_format.hpp"
#include "graph/import/tflite.hpp"
#include "graph/import_format.hpp"
#include "graph/operator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace mote::graph {
namespace {

void run(const Graph& graph) {
    std::size_t bytes = 0, all = 0;
    for (const int i : graph.inputs) bytes += graph.tensors[static_cast<std::size_t>(i)].size_bytes();
    for (const Tensor& t : graph.tensors) all += t.size_bytes();
    if (all > (1u << 20) || count_macs(graph) > 1'000'000) return;
    Evaluator evaluator(graph);
    (void)evaluator.run(base::Bytes(bytes));
}

TEST(TfliteLayers, AreReadWithTheirEndsAndNothingIdle) {
    for (const interop::FileLayer& layer : interop::file_layers()) {
        const Imported model = import_model(layer.bytes, layer.name);
        EXPECT_EQ(model.graph.input().name, "x") << layer.name;
        EXPECT_EQ(model.graph.output().name, "y") << layer.name;
        EXPECT_EQ(model.operator_outputs.back(), model.graph.outputs.front()) << layer.name;
        // Whatever is computed is used.
        std::set<int> read(model.graph.outputs.begin(), model.graph.outputs.end());
        for (const Node& node : model.graph.nodes) read.insert(node.inputs.begin(), node.inputs.end());
        for (const Node& node : model.graph.nodes) EXPECT_TRUE(read.count(node.outputs.front())) << layer.name << ": " << node.name;
        run(model.graph);
    }
}

TEST(TfliteLayers, ConvolutionsBetweenBatchesAreDilated) {
    for (const interop::FileLayer& layer : interop::file_layers()) {
        if (!layer.name.starts_with("dilated")) continue;
        const Graph graph = import_tflite(layer.bytes, layer.name);
        const bool is_same = graph.output().shape[1] == graph.input().shape[1];
        const auto found =
            std::find_if(graph.nodes.begin(), graph.nodes.end(), [](const Node& n) { return n.attributes.contains("dilation_h"); });
        ASSERT_NE(found, graph.nodes.end());
        EXPECT_EQ(found->attributes.at("dilation_h"), 2) << layer.name;
        EXPECT_EQ(found->attributes.at("padding"), is_same ? "same" : "valid") << layer.name;
        EXPECT_EQ(graph.nodes.size(), is_same ? 1u : 3u) << layer.name;
    }
}

// What is written and read again computes the same, operator by operator.
TEST(TfliteLayers, FloatOperatorsComeBack) {
    std::set<std::string> refused, returned;
    for (const testing::OperatorCase& c : testing::operator_cases())
        for (std::uint64_t seed = 1; seed <= 6; ++seed) {
            base::Random random(seed);
            const Graph graph = c.make(random);
            const bool is_real = std::all_of(graph.tensors.begin(), graph.tensors.end(), [](const Tensor& t) {
                return (t.type == Type::f32 || t.type == Type::i32) && !t.is_variable;
            });
            if (!is_real) continue;
            base::Bytes file;
            try {
                file = export_format_of("model.tflite").write(graph);
            } catch (const base::Error& error) {
                EXPECT_EQ(error.code(), "unsupported") << c.op << ": " << error.message();
                refused.emplace(c.op);
                continue;
            }
            const Graph again = import_tflite(file, std::string(c.op));
            const base::Bytes inputs = testing::joined(testing::random_inputs(graph, random));
            Evaluator first(graph), second(again);
            const auto expected = testing::as_floats(first.run(inputs)), got = testing::as_floats(second.run(inputs));
            ASSERT_EQ(expected.size(), got.size()) << c.op;
            for (std::size_t i = 0; i < expected.size(); ++i)
                ASSERT_NEAR(expected[i], got[i], 1e-5f * (1 + std::fabs(expected[i]))) << c.op << " with seed " << seed;
            returned.emplace(c.op);
        }
    EXPECT_EQ(refused, (std::set<std::string>{"copy", "erf", "gru", "layer_norm", "lstm", "power", "softplus", "transposed_conv_2d"}));
    EXPECT_GE(returned.size(), 45u);
}

TEST(TfliteLayers, FlippedBitsAreRefusedOrHarmless) {
    std::size_t refused = 0, read = 0;
    for (const interop::FileLayer& layer : interop::file_layers()) {
        const std::size_t bits = layer.bytes.size() * 8, step = std::max<std::size_t>(1, bits / 400) | 1;
        for (std::size_t bit = 0; bit < bits; bit += step) {
            base::Bytes flipped = layer.bytes;
            flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
            try {
                run(import_tflite(flipped, layer.name));
                ++read;
            } catch (const base::Error& error) {
                EXPECT_FALSE(error.message().empty() || error.hint().empty());
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, 1000u);
    EXPECT_GT(read, 1000u);
}

}  // namespace
}  // namespace mote::graph
