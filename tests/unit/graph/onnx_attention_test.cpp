// Products of two computed matrices, and normalisations, as ONNX writes them.
#include "graph/import/onnx.hpp"
#include "graph/models.hpp"
#include "graph/onnx_writer.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mote::graph {
namespace {

using testing::onnx_integer;
using testing::onnx_list;
using testing::onnx_real;
using testing::OnnxFile;

Graph read(const OnnxFile& file) { return import_onnx(file.bytes(), "model.onnx").graph; }

std::vector<std::string> ops(const Graph& graph) {
    std::vector<std::string> names;
    for (const Node& node : graph.nodes) names.push_back(node.op);
    return names;
}

std::vector<float> random_floats(std::size_t n, std::uint64_t seed) {
    base::Random random(seed);
    return testing::random_values(random, n);
}

std::string message_of(const OnnxFile& file) {
    try {
        (void)read(file);
    } catch (const base::Error& error) {
        return error.message();
    }
    return "was accepted";
}

// y = softmax(x x^T) x, with the transpose as an operator of its own, which none remains of.
TEST(OnnxAttention, ComputedProductsTakeTransposesIn) {
    const Graph graph = read(OnnxFile()
                                 .input("x", {1, 3, 4})
                                 .node("Transpose", {"x"}, {"t"}, {onnx_list("perm", {0, 2, 1})})
                                 .node("MatMul", {"x", "t"}, {"s"})
                                 .node("Softmax", {"s"}, {"p"}, {onnx_integer("axis", -1)})
                                 .node("MatMul", {"p", "x"}, {"y"})
                                 .output("y"));
    EXPECT_EQ(ops(graph), (std::vector<std::string>{"batch_matmul", "softmax", "batch_matmul"}));
    EXPECT_EQ(graph.nodes[0].attributes["adj_y"], true);
    EXPECT_EQ(graph.output().shape, (std::vector<int>{1, 3, 4}));
    const std::vector<float> x = random_floats(12, 1);
    const std::vector<float> got = Evaluator(graph).run_features(x);
    for (std::size_t r = 0; r < 3; ++r) {
        double sum = 0, p[3];
        for (std::size_t c = 0; c < 3; ++c) {
            double dot = 0;
            for (std::size_t k = 0; k < 4; ++k) dot += double{x[r * 4 + k]} * x[c * 4 + k];
            sum += p[c] = std::exp(dot);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            double y = 0;
            for (std::size_t c = 0; c < 3; ++c) y += p[c] / sum * x[c * 4 + k];
            EXPECT_NEAR(got[r * 4 + k], y, 1e-5);
        }
    }
}

TEST(OnnxAttention, ComputedProductsOfAnyForm) {
    const auto shape_of = [](const OnnxFile& file) { return read(file).output().shape; };
    using Shape = std::vector<int>;
    EXPECT_EQ(
        shape_of(
            OnnxFile().input("x", {2, 3, 4}).constant("w", {2, 4, 5}, random_floats(40, 2)).node("MatMul", {"x", "w"}, {"y"}).output("y")),
        (Shape{2, 3, 5}));
    EXPECT_EQ(shape_of(OnnxFile().input("x", {4}).node("Relu", {"x"}, {"r"}).node("MatMul", {"x", "r"}, {"y"}).output("y")), (Shape{}));
    EXPECT_EQ(shape_of(OnnxFile()
                           .input("a", {2, 4})
                           .input("b", {5, 4})
                           .input("c", {5})
                           .node("Gemm", {"a", "b", "c"}, {"y"}, {onnx_integer("transB", 1), onnx_real("alpha", 0.5f)})
                           .output("y")),
              (Shape{2, 5}));
    EXPECT_EQ(message_of(OnnxFile().input("a", {2, 4}).input("b", {5, 4}).node("MatMul", {"a", "b"}, {"y"}).output("y")),
              "model.onnx: operator 0 (MatMul) that writes \"y\": node \"y\" (batch_matmul): multiplies [2, 4] by [5, 4]");
    EXPECT_EQ(message_of(OnnxFile().input("a", {2, 3, 4}).input("b", {3, 4, 4}).node("MatMul", {"a", "b"}, {"y"}).output("y")),
              "model.onnx: operator 0 (MatMul) that writes \"y\": node \"y\" (batch_matmul): multiplies [2, 3, 4] by [3, 4, 4]");
}

// QDQ around a product of two computed tensors: one int8 node.
TEST(OnnxAttention, StoredProductsStayStored) {
    const Graph graph = read(OnnxFile()
                                 .input("x", {1, 3, 4})
                                 .constant<float>("s", {}, {0.02f})
                                 .constant<std::int8_t>("z", {}, {3})
                                 .constant<float>("t", {}, {0.05f})
                                 .constant<std::int8_t>("w", {}, {-5})
                                 .node("QuantizeLinear", {"x", "s", "z"}, {"q"})
                                 .node("DequantizeLinear", {"q", "s", "z"}, {"d"})
                                 .node("Transpose", {"d"}, {"dt"}, {onnx_list("perm", {0, 2, 1})})
                                 .node("MatMul", {"d", "dt"}, {"m"})
                                 .node("QuantizeLinear", {"m", "t", "w"}, {"mq"})
                                 .node("DequantizeLinear", {"mq", "t", "w"}, {"y"})
                                 .output("y"));
    EXPECT_EQ(ops(graph), (std::vector<std::string>{"quantise", "batch_matmul", "dequantise"}));
    EXPECT_EQ(graph.tensors[static_cast<std::size_t>(graph.nodes[1].outputs[0])].quantisation.zero_point[0], -5);
}

TEST(OnnxNormalisation, OfLayersInstancesAndGroups) {
    const std::vector<float> x = random_floats(24, 3), gamma = random_floats(4, 4), beta = random_floats(4, 5);
    const auto rows = [&](std::size_t depth, double epsilon) {
        std::vector<double> y(x.begin(), x.end());
        for (std::size_t row = 0; row < y.size(); row += depth) {
            double mean = 0, variance = 0;
            for (std::size_t i = row; i < row + depth; ++i) mean += y[i] / static_cast<double>(depth);
            for (std::size_t i = row; i < row + depth; ++i) variance += (y[i] - mean) * (y[i] - mean) / static_cast<double>(depth);
            for (std::size_t i = row; i < row + depth; ++i) y[i] = (y[i] - mean) / std::sqrt(variance + epsilon);
        }
        return y;
    };
    const auto expect = [&](const OnnxFile& file, const std::vector<double>& normal, auto channel) {
        const Graph graph = read(file);
        const std::vector<float> got = Evaluator(graph).run_features(x);
        for (std::size_t i = 0; i < got.size(); ++i)
            ASSERT_NEAR(got[i], normal[i] * gamma[channel(i)] + beta[channel(i)], 1e-5) << "place " << i;
    };
    const auto file = [&](const char* op, std::vector<std::int64_t> shape, std::vector<testing::Wire> attributes, std::int64_t opset) {
        return OnnxFile(opset)
            .input("x", shape)
            .constant("g", {4}, gamma)
            .constant("b", {4}, beta)
            .node(op, {"x", "g", "b"}, {"y"}, attributes)
            .output("y");
    };
    expect(file("LayerNormalization", {1, 6, 4}, {onnx_real("epsilon", 1e-3f)}, 17), rows(4, 1e-3), [](std::size_t i) { return i % 4; });
    expect(file("InstanceNormalization", {1, 4, 2, 3}, {}, 13), rows(6, 1e-5), [](std::size_t i) { return i / 6; });
    expect(file("GroupNormalization", {1, 4, 6}, {onnx_integer("num_groups", 2)}, 21), rows(12, 1e-5), [](std::size_t i) { return i / 6; });
    EXPECT_EQ(message_of(file("GroupNormalization", {1, 4, 6}, {onnx_integer("num_groups", 3)}, 21)),
              "model.onnx: operator 0 (GroupNormalization) that writes \"y\" has 3 groups for 4 channels");
    EXPECT_EQ(message_of(file("LayerNormalization", {1, 4, 6}, {}, 17)),
              "model.onnx: operator 0 (LayerNormalization) that writes \"y\" has parameters that do not fit its input");
}

}  // namespace
}  // namespace mote::graph
