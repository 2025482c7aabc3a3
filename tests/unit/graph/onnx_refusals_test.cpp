// What is said about ONNX files that cannot be read, and what those that look alike mean.
#include "graph/onnx_reading.hpp"
#include "graph/operator.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mote::graph {
namespace {

using testing::hint_of;
using testing::message_of;
using testing::onnx_integer;
using testing::OnnxFile;
using testing::read;

// What stands behind a refused operator is not blamed for it, unless it has no counterpart itself.
TEST(OnnxRefusals, AllThatIsNotSupportedIsNamedAtOnce) {
    const OnnxFile file = OnnxFile()
                              .input("x", {1, 4})
                              .input("words", {1, 4}, testing::onnx_i64)
                              .node("Einsum", {"x"}, {"a"})
                              .node("Relu", {"a"}, {"b"})
                              .node("TopK", {"b"}, {"c"})
                              .node("Add", {"words", "x"}, {"d"})
                              .node("Sum", {"c", "d"}, {"y"})
                              .output("y");
    EXPECT_EQ(message_of(file),
              "model.onnx: 3 things are not supported:\n"
              "  input \"words\" is of type int64: use inputs of float32, int8 or uint8, and make others constants\n"
              "  operator 0 (Einsum) that writes \"a\" is an operator without a counterpart here: write it as MatMul, with Transpose and "
              "Reshape around it\n"
              "  operator 2 (TopK) that writes \"c\" is an operator without a counterpart here: end the model with the scores and take the "
              "largest in the program");
    EXPECT_EQ(hint_of(file), "export the model with what each line names instead, or leave that part to the program around it");
}

// Every operator of ONNX is either read or has something that stands in for it by its meaning.
TEST(OnnxRefusals, OperatorsThatAreNotReadHaveAdvice) {
    for (const char* op : {"Acos",
                           "And",
                           "ArgMax",
                           "Attention",
                           "BitShift",
                           "CumSum",
                           "DFT",
                           "Einsum",
                           "GatherElements",
                           "GatherND",
                           "Greater",
                           "GridSample",
                           "Hardmax",
                           "If",
                           "IsNaN",
                           "LogSoftmax",
                           "Loop",
                           "LpNormalization",
                           "Mod",
                           "NonMaxSuppression",
                           "NonZero",
                           "Not",
                           "OneHot",
                           "RandomNormal",
                           "ReduceL2",
                           "ReduceLogSumExp",
                           "RMSNormalization",
                           "RNN",
                           "RoiAlign",
                           "STFT",
                           "ScatterND",
                           "Sign",
                           "Tan",
                           "ThresholdedRelu",
                           "TopK",
                           "Trilu"}) {
        const std::string hint = hint_of(OnnxFile().input("x", {1, 4}).node("Relu", {"x"}, {"a"}).node(op, {"a"}, {"y"}).output("y"));
        EXPECT_FALSE(hint.empty() || hint.find("did you mean") != std::string::npos || hint.find("these operators") != std::string::npos)
            << op << ": " << hint;
    }
}

// What a checker of ONNX would say, too: parts of a file that contradict each other.
TEST(OnnxRefusals, ContradictionsAreRefused) {
    const auto conv = [](std::vector<std::int64_t> kernel) {
        return OnnxFile()
            .input("x", {1, 1, 4, 4})
            .constant<float>("w", {1, 1, 2, 2}, {1, 2, 3, 4})
            .node("Conv", {"x", "w"}, {"y"}, {testing::onnx_list("kernel_shape", kernel)})
            .output("y");
    };
    EXPECT_EQ(message_of(conv({3, 3})),
              "model.onnx: operator 0 (Conv) that writes \"y\" has kernel_shape [3, 3] and weights for a kernel of [2, 2]");
    EXPECT_NO_THROW(read(conv({2, 2})));
    const auto split = [](const std::vector<std::int64_t>& sizes) {
        return OnnxFile()
            .input("x", {1, 6})
            .constant<std::int64_t>("s", {static_cast<std::int64_t>(sizes.size())}, sizes)
            .node("Split", {"x", "s"}, {"a", "b"}, {onnx_integer("axis", 1)})
            .node("Concat", {"b", "a"}, {"y"}, {onnx_integer("axis", 1)})
            .output("y");
    };
    EXPECT_EQ(message_of(split({2, 3})),
              "model.onnx: operator 0 (Split) that writes \"a\" splits 6 along dimension 1 into 2 outputs of the sizes [2, 3]");
    EXPECT_EQ(message_of(split({2, 2, 2})),
              "model.onnx: operator 0 (Split) that writes \"a\" splits 6 along dimension 1 into 2 outputs of the sizes [2, 2, 2]");
    EXPECT_NO_THROW(read(split({2, 4})));
    const auto declared = [](std::vector<std::int64_t> shape) {
        return OnnxFile().input("x", {1, 4}).node("Relu", {"x"}, {"y"}).output("y", shape);
    };
    EXPECT_EQ(message_of(declared({1, 5})), "model.onnx: declares output \"y\" as [1, 5], and its operators give [1, 4]");
    EXPECT_EQ(message_of(declared({-1, 2, 2})), "model.onnx: declares output \"y\" as [?, 2, 2], and its operators give [1, 4]");
    EXPECT_NO_THROW(read(declared({-1, 4})));
    const auto divided = [](float by) {
        return OnnxFile().input("x", {1, 2}).constant<float>("d", {2}, {2, by}).node("Div", {"x", "d"}, {"y"}).output("y");
    };
    EXPECT_EQ(message_of(divided(0)), "model.onnx: operator 0 (Div) that writes \"y\" divides by \"d\", a constant with 0");
    EXPECT_NO_THROW(read(divided(3)));
}

TEST(OnnxRefusals, IndicesThatAreFedAndSizesBeyondMeasureHaveAdviceOfTheirOwn) {
    const OnnxFile lookup = OnnxFile()
                                .input("x", {1, 3})
                                .constant<float>("table", {4, 2}, std::vector<float>(8))
                                .node("Gather", {"table", "x"}, {"y"})
                                .output("y");
    EXPECT_EQ(message_of(lookup), "model.onnx: operator 0 (Gather) that writes \"y\" gathers by indices that are computed or fed, \"x\"");
    EXPECT_TRUE(hint_of(lookup).starts_with("look the rows up in the program")) << hint_of(lookup);
    const OnnxFile open = OnnxFile().input("x", {1, -1}).node("Relu", {"x"}, {"y"}).output("y");
    EXPECT_NE(hint_of(open).find("make_dynamic_shape_fixed --input_name x"), std::string::npos);
    const OnnxFile huge = OnnxFile().input("x", {1, std::int64_t{1} << 40}).node("Relu", {"x"}, {"y"}).output("y");
    EXPECT_EQ(message_of(huge),
              "model.onnx: input \"x\" has size 1099511627776 along dimension 1, with which no small machine can hold it");
}

// A mask of attention: chosen between 0 and -infinity, added before a softmax.
TEST(OnnxRefusals, AMaskOfInfinitiesHidesWhatItCovers) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const Graph graph = read(OnnxFile()
                                 .input("x", {1, 4})
                                 .constant<std::int64_t>("c", {1, 4}, {1, 1, 0, 1})
                                 .node("Cast", {"c"}, {"choice"}, {onnx_integer("to", 9)})
                                 .constant<float>("zero", {1}, {0})
                                 .constant<float>("low", {1}, {-infinity})
                                 .node("Where", {"choice", "zero", "low"}, {"mask"})
                                 .node("Add", {"x", "mask"}, {"masked"})
                                 .node("Softmax", {"masked"}, {"y"})
                                 .output("y"));
    Evaluator evaluator(graph);
    const std::vector<float> x = {1, 1, 9, 1};
    const auto y = evaluator.run_features(x);
    EXPECT_EQ(y[2], 0.0f);
    for (const std::size_t i : {0u, 1u, 3u}) EXPECT_NEAR(y[i], 1.0f / 3, 1e-6f);
}

}  // namespace
}  // namespace mote::graph
