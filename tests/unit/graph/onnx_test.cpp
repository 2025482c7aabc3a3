#include "graph/import/onnx.hpp"
#include "graph/models.hpp"
#include "graph/onnx_reading.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace mote::graph {
namespace {

using testing::hint_of;
using testing::message_of;
using testing::onnx_i8;
using testing::onnx_integer;
using testing::onnx_list;
using testing::onnx_real;
using testing::onnx_text;
using testing::onnx_u8;
using testing::OnnxFile;
using testing::read;
using Shape = std::vector<int>;

std::vector<std::string> ops(const Graph& graph) {
    std::vector<std::string> names;
    for (const Node& node : graph.nodes) names.push_back(node.op);
    return names;
}

std::vector<float> counted(std::size_t n, float step = 1) {
    std::vector<float> values(n);
    for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<float>(i) * step;
    return values;
}

std::vector<float> run(const Graph& graph, const std::vector<float>& input) { return Evaluator(graph).run_features(input); }

TEST(Onnx, IsKnownByWhatTheFileHolds) {
    const base::Bytes bytes = OnnxFile().input("x", {1, 4}).node("Relu", {"x"}, {"y"}).output("y").bytes();
    const Imported imported = import_model(bytes, "model.bin");
    EXPECT_EQ(ops(imported.graph), (std::vector<std::string>{"relu"}));
    EXPECT_EQ(imported.operator_outputs, imported.graph.outputs);
    EXPECT_EQ(imported.graph.input().name, "x");
    EXPECT_EQ(imported.graph.output().name, "y");
}

// Channels come first in the file and last in the graph: between convolutions nothing is moved.
TEST(Onnx, ImagesAreTransposedOnceAndDenseWeightsPermuted) {
    const OnnxFile file = OnnxFile()
                              .input("x", {-1, 2, 4, 4})
                              .constant("w", {3, 2, 3, 3}, counted(54, 0.01f))
                              .constant("v", {3, 1, 3, 3}, counted(27, 0.02f))
                              .constant("m", {12, 5}, counted(60, 0.1f))
                              .node("Conv", {"x", "w"}, {"a"}, {onnx_list("pads", {1, 1, 1, 1})})
                              .node("Relu", {"a"}, {"b"})
                              .node("Conv", {"b", "v"}, {"c"}, {onnx_integer("group", 3), onnx_list("pads", {1, 1, 1, 1})})
                              .node("MaxPool", {"c"}, {"d"}, {onnx_list("kernel_shape", {2, 2}), onnx_list("strides", {2, 2})})
                              .node("Flatten", {"d"}, {"e"})
                              .node("Gemm", {"e", "m"}, {"y"})
                              .output("y");
    const Graph graph = read(file);
    EXPECT_EQ(ops(graph), (std::vector<std::string>{"transpose", "conv_2d", "depthwise_conv_2d", "max_pool_2d", "reshape", "dense"}));
    EXPECT_EQ(graph.nodes[1].attributes["activation"], "relu");
    EXPECT_EQ(graph.nodes[1].attributes["padding"], "same");
    EXPECT_EQ(graph.input().shape, (Shape{1, 2, 4, 4}));
    EXPECT_EQ(graph.output().shape, (Shape{1, 5}));

    // The same in the file's own order, by hand.
    const std::vector<float> x = counted(32, 0.1f), w = counted(54, 0.01f), v = counted(27, 0.02f), m = counted(60, 0.1f);
    const auto at = [](const std::vector<float>& image, int c, int row, int column) {
        return row < 0 || row > 3 || column < 0 || column > 3 ? 0.0f : image[static_cast<std::size_t>((c * 4 + row) * 4 + column)];
    };
    std::vector<float> b, c;
    for (int o = 0; o < 3; ++o)
        for (int p = 0; p < 16; ++p) {
            float sum = 0;
            for (int i = 0; i < 2; ++i)
                for (int k = 0; k < 9; ++k)
                    sum += w[static_cast<std::size_t>((o * 2 + i) * 9 + k)] * at(x, i, p / 4 + k / 3 - 1, p % 4 + k % 3 - 1);
            b.push_back(std::max(sum, 0.0f));
        }
    for (int o = 0; o < 3; ++o)
        for (int p = 0; p < 16; ++p) {
            float sum = 0;
            for (int k = 0; k < 9; ++k) sum += v[static_cast<std::size_t>(o * 9 + k)] * at(b, o, p / 4 + k / 3 - 1, p % 4 + k % 3 - 1);
            c.push_back(sum);
        }
    std::vector<float> expected(5, 0.0f);
    for (int o = 0; o < 3; ++o)
        for (int p = 0; p < 4; ++p) {
            float most = -1e9f;
            for (int k = 0; k < 4; ++k) most = std::max(most, at(c, o, p / 2 * 2 + k / 2, p % 2 * 2 + k % 2));
            for (int j = 0; j < 5; ++j) expected[static_cast<std::size_t>(j)] += most * m[static_cast<std::size_t>((o * 4 + p) * 5 + j)];
        }
    const std::vector<float> got = run(graph, x);
    for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(got[j], expected[j], 1e-3f * expected[j]);
}

TEST(Onnx, SeriesAreConvolvedAsColumns) {
    const Graph graph =
        read(OnnxFile().input("x", {1, 1, 5}).constant<float>("w", {1, 1, 2}, {1, 10}).node("Conv", {"x", "w"}, {"y"}).output("y"));
    EXPECT_EQ(graph.output().shape, (Shape{1, 1, 4}));
    EXPECT_EQ(run(graph, {1, 2, 3, 4, 5}), (std::vector<float>{21, 32, 43, 54}));
}

// Between layers a series stays the image of one column that a convolution gives, so that normalisations can be folded into layers.
TEST(Onnx, ASeriesStaysOneImageBetweenItsLayers) {
    const std::vector<float> ones(4, 1.0f);
    const Graph graph = read(OnnxFile()
                                 .input("x", {1, 3, 16})
                                 .constant("w", {4, 3, 3}, counted(36, 0.1f))
                                 .constant("v", {4, 1, 5}, counted(20, 0.1f))
                                 .constant("n", {4}, ones)
                                 .constant("m", {4, 2}, counted(8))
                                 .node("Conv", {"x", "w"}, {"a"}, {onnx_list("pads", {1, 1})})
                                 .node("BatchNormalization", {"a", "n", "n", "n", "n"}, {"b"})
                                 .node("Relu", {"b"}, {"c"})
                                 .node("Conv", {"c", "v"}, {"d"}, {onnx_list("pads", {2, 2}), onnx_integer("group", 4)})
                                 .node("Add", {"d", "c"}, {"e"})
                                 .node("Relu", {"e"}, {"f"})
                                 .node("MaxPool", {"f"}, {"g"}, {onnx_list("kernel_shape", {2}), onnx_list("strides", {2})})
                                 .node("GlobalAveragePool", {"g"}, {"h"})
                                 .node("Flatten", {"h"}, {"i"})
                                 .node("Gemm", {"i", "m"}, {"y"})
                                 .output("y"));
    EXPECT_EQ(ops(graph), (std::vector<std::string>{"reshape", "transpose", "conv_2d", "batch_norm", "relu", "depthwise_conv_2d", "add",
                                                    "max_pool_2d", "mean", "reshape", "dense"}));
    EXPECT_EQ(graph.nodes[6].attributes["activation"], "relu");
}

TEST(Onnx, ADynamicShapeOfARowIsComputedAway) {
    const Graph graph = read(OnnxFile()
                                 .input("x", {1, 2, 2, 2})
                                 .constant<std::int64_t>("zero", {}, {0})
                                 .constant<std::int64_t>("rest", {1}, {-1})
                                 .node("Shape", {"x"}, {"s"})
                                 .node("Gather", {"s", "zero"}, {"n"})
                                 .node("Unsqueeze", {"n", "zero1"}, {"n1"})
                                 .constant<std::int64_t>("zero1", {1}, {0})
                                 .node("Concat", {"n1", "rest"}, {"shape"}, {onnx_integer("axis", 0)})
                                 .node("Reshape", {"x", "shape"}, {"y"})
                                 .output("y"));
    EXPECT_EQ(ops(graph), (std::vector<std::string>{"reshape"}));
    EXPECT_EQ(graph.output().shape, (Shape{1, 8}));
}

// A window that reaches over the edge holds the edge: values below 0 are not beaten by zeros.
TEST(Onnx, MaxPoolPadsWithoutZeros) {
    const Graph graph =
        read(OnnxFile()
                 .input("x", {1, 1, 4})
                 .node("MaxPool", {"x"}, {"y"}, {onnx_list("kernel_shape", {3}), onnx_list("strides", {2}), onnx_list("pads", {1, 1})})
                 .output("y"));
    EXPECT_EQ(run(graph, {-4, -3, -2, -1}), (std::vector<float>{-3, -1}));
}

// Stored values as they come out of the arithmetic: x = 0.5 * (q - zero), the weights' scale 0.25, y = 1 * (q - zero).
TEST(Onnx, AQuantisedLayerWorksOnStoredValues) {
    const auto model = [](auto zero, auto low) {
        using T = decltype(zero);
        const auto moved = [&](int z) { return std::vector<T>{static_cast<T>(z + low)}; };
        return OnnxFile()
            .input("x", {1, 2})
            .constant("xs", {}, std::vector<float>{0.5f})
            .constant("xz", {}, moved(128 + 3))
            .constant("w", {2, 2}, std::vector<std::int8_t>{4, -8, 12, 2})
            .constant("ws", {}, std::vector<float>{0.25f})
            .constant("wz", {}, std::vector<std::int8_t>{0})
            .constant("b", {2}, std::vector<std::int32_t>{16, -24})
            .constant("bs", {}, std::vector<float>{0.125f})
            .constant("ys", {}, std::vector<float>{1.0f})
            .constant("yz", {}, moved(128 - 1))
            .node("QuantizeLinear", {"x", "xs", "xz"}, {"q"})
            .node("DequantizeLinear", {"q", "xs", "xz"}, {"xd"})
            .node("DequantizeLinear", {"w", "ws", "wz"}, {"wd"})
            .node("DequantizeLinear", {"b", "bs"}, {"bd"})
            .node("Gemm", {"xd", "wd", "bd"}, {"g"}, {onnx_integer("transB", 1)})
            .node("QuantizeLinear", {"g", "ys", "yz"}, {"yq"})
            .node("DequantizeLinear", {"yq", "ys", "yz"}, {"y"})
            .output("y");
    };
    for (const Graph& graph : {read(model(std::uint8_t{}, 0)), read(model(std::int8_t{}, -128))}) {
        EXPECT_EQ(ops(graph), (std::vector<std::string>{"quantise", "dense", "dequantise"}));
        EXPECT_EQ(graph.tensors[static_cast<std::size_t>(graph.nodes[0].outputs[0])].quantisation.zero_point,
                  (std::vector<std::int32_t>{3}));
        EXPECT_EQ(graph.tensors[static_cast<std::size_t>(graph.nodes[1].outputs[0])].quantisation.zero_point,
                  (std::vector<std::int32_t>{-1}));
        // 1.5 * 1 + 4 * -2 + 2 and 1.5 * 3 + 4 * 0.5 - 3, halves away from zero as the graph's arithmetic rounds.
        EXPECT_EQ(run(graph, {1.5f, 4}), (std::vector<float>{-5, 4}));
    }
}

// A scale of NaN, of 0, or one that is computed.
TEST(Onnx, UnsoundScalesAreRefused) {
    const auto model = [](float scale) {
        return OnnxFile()
            .input("x", {1, 2})
            .constant<float>("s", {}, {scale})
            .node("QuantizeLinear", {"x", "s"}, {"q"})
            .node("DequantizeLinear", {"q", "s"}, {"y"})
            .output("y");
    };
    EXPECT_EQ(read(model(0.5f)).nodes.size(), 2u);
    EXPECT_EQ(message_of(model(std::numeric_limits<float>::quiet_NaN())),
              "model.onnx: operator 0 (QuantizeLinear) that writes \"q\" has scale nan; scales are finite and greater than 0");
    EXPECT_EQ(message_of(model(0)),
              "model.onnx: operator 0 (QuantizeLinear) that writes \"q\" has scale 0.0; scales are finite and greater than 0");
    EXPECT_EQ(message_of(OnnxFile().input("x", {1, 2}).node("Relu", {"x"}, {"s"}).node("QuantizeLinear", {"x", "s"}, {"y"}).output("y")),
              "model.onnx: operator 1 (QuantizeLinear) that writes \"y\" has a scale or zero point that is no constant");
}

// What the file takes and gives as uint8, a model here takes and gives as uint8.
TEST(Onnx, UnsignedEndsStayUnsigned) {
    const Graph graph = read(OnnxFile(13)
                                 .input("x", {1, 4}, onnx_u8)
                                 .constant<float>("s", {}, {0.5f})
                                 .constant<std::uint8_t>("z", {}, {100})
                                 .node("DequantizeLinear", {"x", "s", "z"}, {"r"})
                                 .node("Relu", {"r"}, {"p"})
                                 .node("QuantizeLinear", {"p", "s", "z"}, {"y"})
                                 .output("y", {}, onnx_u8));
    EXPECT_EQ(ops(graph), (std::vector<std::string>{"requantise", "relu", "requantise"}));
    EXPECT_EQ(graph.input().type, Type::u8);
    EXPECT_EQ(graph.output().type, Type::u8);
    EXPECT_EQ(graph.output().quantisation.zero_point, (std::vector<std::int32_t>{100}));
    constexpr std::uint8_t stored[] = {0, 99, 101, 255}, expected[] = {100, 100, 101, 255};
    Evaluator evaluator(graph);
    const auto answer = evaluator.run(std::as_bytes(std::span(stored)));
    EXPECT_TRUE(std::ranges::equal(answer, std::as_bytes(std::span(expected))));
}

// Without a zero point the type is that of output_dtype (opset 21), or of what is dequantised.
TEST(Onnx, TheTypeOfStoredValuesWithoutAZeroPoint) {
    const auto model = [](int type) {
        return OnnxFile(21)
            .input("x", {1, 4})
            .constant<float>("s", {}, {0.5f})
            .node("QuantizeLinear", {"x", "s"}, {"q"}, {onnx_integer("output_dtype", type)})
            .node("DequantizeLinear", {"q", "s"}, {"y"})
            .output("y");
    };
    const std::vector<float> x = {-100, -1, 1, 100};
    EXPECT_EQ(run(read(model(onnx_i8)), x), (std::vector<float>{-64, -1, 1, 63.5f}));
    EXPECT_EQ(run(read(model(onnx_u8)), x), (std::vector<float>{0, 0, 1, 100}));
    EXPECT_EQ(message_of(model(5)), "model.onnx: operator 0 (QuantizeLinear) that writes \"q\" quantises to int16");
    EXPECT_EQ(run(read(OnnxFile()
                           .input("x", {1, 2})
                           .constant<std::int8_t>("w", {1, 2}, {4, -8})
                           .constant<float>("s", {}, {0.5f})
                           .node("DequantizeLinear", {"w", "s"}, {"d"})
                           .node("Add", {"x", "d"}, {"y"})
                           .output("y")),
                  {1, 1}),
              (std::vector<float>{3, -3}));
}

TEST(Onnx, NumbersBecomeTruthsBeforeTheyChoose) {
    EXPECT_EQ(run(read(OnnxFile()
                           .input("x", {1, 4})
                           .constant<std::int64_t>("c", {4}, {0, 1, 2, -1})
                           .constant<float>("a", {4}, {10, 20, 30, 40})
                           .constant<float>("b", {4}, {-1, -2, -3, -4})
                           .node("Cast", {"c"}, {"t"}, {onnx_integer("to", 9)})
                           .node("Where", {"t", "a", "b"}, {"w"})
                           .node("Add", {"x", "w"}, {"y"})
                           .output("y")),
                  {0, 0, 0, 0}),
              (std::vector<float>{-1, 20, 30, 40}));
}

// Pixels are cast to reals before anything scales them.
TEST(Onnx, NumbersOfEightBitsBecomeReals) {
    const auto halved = [](int type, const std::vector<std::uint8_t>& stored) {
        const Graph graph = read(OnnxFile()
                                     .input("x", {1, 4}, type)
                                     .constant<float>("half", {1}, {0.5f})
                                     .node("Cast", {"x"}, {"r"}, {onnx_integer("to", 1)})
                                     .node("Mul", {"r", "half"}, {"y"})
                                     .output("y"));
        Evaluator evaluator(graph);
        const auto bytes = evaluator.run(std::as_bytes(std::span(stored)));
        std::vector<float> reals(bytes.size() / sizeof(float));
        std::memcpy(reals.data(), bytes.data(), bytes.size());
        return reals;
    };
    constexpr int unsigned_bytes = 2, signed_bytes = 3;
    EXPECT_EQ(halved(unsigned_bytes, {0, 1, 128, 255}), (std::vector<float>{0, 0.5f, 64, 127.5f}));
    EXPECT_EQ(halved(signed_bytes, {0, 1, 128, 255}), (std::vector<float>{0, 0.5f, -64, -0.5f}));
}

TEST(Onnx, UnknownWaysToResizeAreRefused) {
    const auto model = [](const std::string& coordinates, const std::string& nearest) {
        return OnnxFile(19)
            .input("x", {1, 1, 2, 2})
            .constant<std::int64_t>("sizes", {4}, {1, 1, 4, 4})
            .node("Resize", {"x", "", "", "sizes"}, {"y"},
                  {onnx_text("coordinate_transformation_mode", coordinates), onnx_text("nearest_mode", nearest)})
            .output("y");
    };
    EXPECT_EQ(message_of(model("half_pixel_symmetric", "floor")),
              "model.onnx: operator 0 (Resize) that writes \"y\" resizes with coordinates \"half_pixel_symmetric\"");
    EXPECT_EQ(message_of(model("asymmetric", "odd")), "model.onnx: operator 0 (Resize) that writes \"y\" rounds places by \"odd\"");
    EXPECT_EQ(ops(read(model("asymmetric", "floor"))), (std::vector<std::string>{"reshape", "resize_nearest", "reshape"}));
}

TEST(Onnx, WhatNoOutputNeedsIsNotComputed) {
    const Graph graph = read(OnnxFile()
                                 .input("x", {1, 4})
                                 .node("HardSigmoid", {"x"}, {"gate"}, {onnx_real("alpha", 0.16666667f)})
                                 .node("Mul", {"x", "gate"}, {"y"})
                                 .output("y"));
    EXPECT_EQ(ops(graph), (std::vector<std::string>{"hard_swish"}));
}

TEST(Onnx, RefusalsNameTheOperatorItsPlaceAndWhatToUse) {
    const auto with = [](const std::string& op) {
        return OnnxFile().input("x", {1, 4}).node("Relu", {"x"}, {"a"}).node(op, {"a"}, {"y"}).output("y");
    };
    EXPECT_EQ(message_of(with("RNN")), "model.onnx: operator 1 (RNN) that writes \"y\" is an operator without a counterpart here");
    EXPECT_EQ(hint_of(with("RNN")), "use LSTM or GRU");
    EXPECT_EQ(message_of(with("ReduceProd")),
              "model.onnx: operator 1 (ReduceProd) that writes \"y\" is read with constants only, and \"a\" is computed");
    EXPECT_EQ(hint_of(with("ReduceProd")), "use Mul");
    EXPECT_TRUE(hint_of(with("Sigmoud")).starts_with("did you mean \"Sigmoid\"?")) << hint_of(with("Sigmoud"));
    EXPECT_EQ(message_of(OnnxFile().input("x", {1, 4}).node("Relu", {"x"}, {"y"}, {onnx_real("steep", 1.0f)}).output("y")),
              "model.onnx: operator 0 (Relu) that writes \"y\" has attribute \"steep\", which is not known here");
    EXPECT_EQ(message_of(OnnxFile().input("x", {1, 4}).node("Gelu", {"x"}, {"y"}, {}, "com.example").output("y")),
              "model.onnx: operator 0 (Gelu) that writes \"y\" is an operator of \"com.example\", which has no counterpart here");
    EXPECT_EQ(hint_of(OnnxFile().input("x", {1, 4}).node("QLinearAdd", {"x"}, {"y"}, {}, "com.microsoft").output("y")),
              "write quantised models as QDQ (quant_format=QuantFormat.QDQ), and save them without ONNX Runtime's optimisations");
    EXPECT_EQ(message_of(OnnxFile(40).input("x", {1, 4}).node("Relu", {"x"}, {"y"}).output("y")),
              "model.onnx: is written in opset 40 of ONNX");
    EXPECT_EQ(message_of(OnnxFile().input("x", {1, -1}).node("Relu", {"x"}, {"y"}).output("y")),
              "model.onnx: input \"x\" has no fixed size along dimension 1");
}

TEST(Onnx, HostileFilesAreRefused) {
    const auto relu = [](const std::string& from) { return OnnxFile().input("x", {1, 4}).node("Relu", {from}, {"y"}); };
    EXPECT_EQ(message_of(relu("y").output("y")),
              "model.onnx: operator 0 (Relu) that writes \"y\" reads \"y\", which nothing before it computes: it is missing, or the model "
              "has a cycle");
    EXPECT_EQ(message_of(relu("x").output("z")), "model.onnx: nothing computes output \"z\"");
    using testing::Wire;
    const Wire outside = Wire()
                             .integer(1, 4)
                             .integer(2, testing::onnx_f32)
                             .text(8, "w")
                             .message(13, Wire().text(1, "location").text(2, "../../secret"))
                             .integer(14, 1);
    EXPECT_EQ(message_of(relu("x").raw_constant(outside).output("y")), "model.onnx: the values of \"w\" lie in another file");
    EXPECT_EQ(message_of(relu("x").raw_constant(Wire().integer(1, 1 << 30).integer(1, 1 << 30).integer(2, 1).text(8, "w")).output("y")),
              "model.onnx: constant \"w\" of shape [1073741824, 1073741824] is larger than a model for a small machine can hold");
    EXPECT_EQ(message_of(relu("x").raw_constant(Wire().integer(1, -4).integer(2, 1).text(8, "w")).output("y")),
              "model.onnx: constant \"w\" has a dimension of -4");
    EXPECT_EQ(message_of(relu("x").raw_constant(Wire().integer(1, 4).integer(2, 1).text(8, "w").text(9, "1234")).output("y")),
              "model.onnx: constant \"w\" of shape [4] holds 1 values");
    EXPECT_EQ(message_of(OnnxFile().input("x", {1, 1 << 20, 1 << 20}).node("Relu", {"x"}, {"y"}).output("y")),
              "model.onnx: input \"x\" is larger than a small machine can hold");
}

TEST(Onnx, SeedsOfTheFuzzerAreRead) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(MOTE_SOURCE_FOLDER) / "fuzz" / "corpus" / "onnx")) {
        const base::Bytes bytes = base::read_file(entry.path());
        EXPECT_NO_THROW(verify(import_model(bytes, entry.path().string()).graph)) << entry.path();
        ++count;
    }
    EXPECT_GE(count, 4u);
}

TEST(Onnx, DamagedFilesAreRejected) {
    const base::Bytes whole = OnnxFile()
                                  .input("x", {1, 2, 6, 6})
                                  .constant("w", {2, 1, 3, 3}, counted(18, 0.1f))
                                  .constant("m", {8, 3}, counted(24, 0.1f))
                                  .node("Conv", {"x", "w"}, {"a"}, {onnx_integer("group", 2)})
                                  .node("AveragePool", {"a"}, {"b"}, {onnx_list("kernel_shape", {2, 2}), onnx_list("strides", {2, 2})})
                                  .node("Flatten", {"b"}, {"c"})
                                  .node("MatMul", {"c", "m"}, {"d"})
                                  .node("Softmax", {"d"}, {"y"})
                                  .output("y")
                                  .bytes();
    verify(import_onnx(whole, "whole").graph);
    const auto survives = [](std::span<const std::byte> bytes) {
        try {
            verify(import_onnx(bytes, "damaged").graph);
        } catch (const base::Error&) {
        }
    };
    for (std::size_t n = 0; n + 1 < whole.size(); n += 3) survives(std::span(whole).first(n));
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        base::Bytes flipped = whole;
        flipped[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
        survives(flipped);
    }
}

}  // namespace
}  // namespace mote::graph
