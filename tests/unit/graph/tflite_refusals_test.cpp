// TensorFlow Lite files that contradict themselves, and those that ask for what is not there: what is said of them.
#include "base/error.hpp"
#include "graph/import/tflite.hpp"
#include "graph/operator.hpp"
#include "graph/tflite_writer.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mote::graph {
namespace {

using testing::TfliteFile;
using Ints = std::vector<std::int32_t>;
using Shape = std::vector<int>;

struct Said {
    std::string message, hint;
};

Said said_of(const base::Bytes& file) {
    try {
        (void)import_tflite(file, "m.tflite");
    } catch (const base::Error& error) {
        return {error.message(), error.hint()};
    }
    return {"was accepted", ""};
}
std::string error_of(const base::Bytes& file) { return said_of(file).message; }

/// One operator on floats, with constants of whole numbers behind x.
base::Bytes one(int code, const Shape& in, const std::vector<Ints>& lists, const std::vector<Shape>& outs,
                const std::map<int, std::int64_t>& options = {}, bool x_is_last = false) {
    TfliteFile file;
    const int x = file.tensor("x", in, Type::f32);
    Ints inputs, outputs;
    for (const Ints& list : lists) inputs.push_back(file.constant("list", {static_cast<int>(list.size())}, Type::i32, list));
    inputs.insert(x_is_last ? inputs.end() : inputs.begin(), x);
    for (const Shape& out : outs) outputs.push_back(file.tensor("y", out, Type::f32));
    file.op(code, inputs, outputs, options);
    return file.bytes({x}, outputs);
}

TEST(TfliteRefusals, ShapesThatDoNotFollow) {
    EXPECT_EQ(error_of(one(22, {1, 6}, {{2, 3}}, {{2, 3}})), "was accepted");
    EXPECT_EQ(error_of(one(22, {1, 6}, {{-1, 3}}, {{2, 3}})), "was accepted");
    EXPECT_EQ(error_of(one(22, {1, 6}, {{2, 3}}, {{3, 2}})),
              "m.tflite: operator 0 (RESHAPE) that writes \"y\" has output \"y\" of shape [3, 2], [2, 3] follows from its inputs");
    EXPECT_EQ(error_of(one(22, {1, 6}, {{-1, 4}}, {{2, 3}})),
              "m.tflite: operator 0 (RESHAPE) that writes \"y\" gives [1, 6] the shape [-1, 4]");
    EXPECT_EQ(error_of(one(22, {1, 6}, {{-1, -1}}, {{2, 3}})),
              "m.tflite: operator 0 (RESHAPE) that writes \"y\" gives [1, 6] the shape [-1, -1]");
    EXPECT_EQ(error_of(one(43, {1, 6, 1}, {}, {{1, 6}})),
              "m.tflite: operator 0 (SQUEEZE) that writes \"y\" has output \"y\" of shape [1, 6], [6] follows from its inputs");
    EXPECT_EQ(
        error_of(one(70, {1, 6}, {{1}}, {{1, 6, 1}})),
        "m.tflite: operator 0 (EXPAND_DIMS) that writes \"y\" has output \"y\" of shape [1, 6, 1], [1, 1, 6] follows from its inputs");
    EXPECT_EQ(error_of(one(65, {1, 6}, {{0, 1}, {1, 3}}, {{3, 1}})),
              "m.tflite: operator 0 (SLICE) that writes \"y\" has output \"y\" of shape [3, 1], [1, 3] follows from its inputs");
    EXPECT_EQ(error_of(one(45, {1, 6}, {{0, 1}, {1, 4}, {1, 1}}, {{1, 3}}, {{4, 1}})),
              "m.tflite: operator 0 (STRIDED_SLICE) that writes \"y\" has output \"y\" of shape [1, 3], [3] follows from its inputs");
    EXPECT_EQ(error_of(one(69, {1, 6}, {{2, 1}}, {{1, 12}})),
              "m.tflite: operator 0 (TILE) that writes \"y\" has output \"y\" of shape [1, 12], [2, 6] follows from its inputs");
    EXPECT_EQ(error_of(one(0, {1, 6}, {}, {{1, 6}})), "m.tflite: operator 0 (ADD) that writes \"y\" lacks input 1");
    EXPECT_EQ(error_of(one(14, {1, 6}, {}, {{6, 1}})).substr(0, 31), "m.tflite: node 0 \"y\" (logistic)");
}

TEST(TfliteRefusals, PartsThatDoNotAddUp) {
    const std::map<int, std::int64_t> three = {{0, 3}}, two = {{0, 2}};
    EXPECT_EQ(error_of(one(49, {1, 6}, {{1}}, {{1, 2}, {1, 2}, {1, 2}}, three, true)), "was accepted");
    EXPECT_EQ(error_of(one(49, {1, 7}, {{1}}, {{1, 2}, {1, 2}, {1, 2}}, three, true)),
              "m.tflite: operator 0 (SPLIT) that writes \"y\" splits [1, 7] along dimension 1 into 3 parts of the same size");
    EXPECT_EQ(error_of(one(49, {1, 6}, {{1}}, {{1, 2}, {1, 4}}, two, true)),
              "m.tflite: operator 0 (SPLIT) that writes \"y\" has output \"y\" of shape [1, 2], [1, 3] follows from its inputs");
    EXPECT_EQ(error_of(one(102, {1, 6}, {{2, -1}, {1}}, {{1, 2}, {1, 4}}, two)), "was accepted");
    EXPECT_EQ(error_of(one(102, {1, 6}, {{2, 3}, {1}}, {{1, 2}, {1, 3}}, two)),
              "m.tflite: operator 0 (SPLIT_V) that writes \"y\" splits [1, 6] along dimension 1 into 2 parts of [2, 3]");
    EXPECT_EQ(error_of(one(102, {1, 6}, {{7, -1}, {1}}, {{1, 2}, {1, 4}}, two)),
              "m.tflite: operator 0 (SPLIT_V) that writes \"y\" gives parts of [7, -1]");
}

TEST(TfliteRefusals, DivisionByAConstantZero) {
    TfliteFile file;
    const int x = file.tensor("x", {1, 3}, Type::f32), y = file.tensor("y", {1, 3}, Type::f32),
              by = file.constant("by", {3}, Type::f32, std::vector<float>{1, 0, 2});
    file.op(42, {x, by}, {y});
    EXPECT_EQ(error_of(file.bytes({x}, {y})), "m.tflite: node 0 \"y\" (div): tensor 2 \"by\" divides and is 0 at place 1");
    TfliteFile whole;
    const int a = whole.constant<std::int32_t>("a", {}, Type::i32, {6}), zero = whole.constant<std::int32_t>("zero", {}, Type::i32, {0}),
              c = whole.tensor("c", {}, Type::i32), in = whole.tensor("x", {1, 6}, Type::f32), out = whole.tensor("y", {6}, Type::f32);
    whole.op(90, {a, zero}, {c}).op(22, {in, c}, {out});
    EXPECT_EQ(error_of(whole.bytes({in}, {out})),
              "m.tflite: operator 0 (FLOOR_DIV) that writes \"c\" divides by \"zero\", which is 0 at place 0");
}

TEST(TfliteRefusals, WhatIsNotReadIsNamedWithWhatStandsInForIt) {
    Said said = said_of(one(109, {1, 3}, {}, {{1, 3}}));
    EXPECT_EQ(said.message, "m.tflite: operator 0 (WHERE) that writes \"y\" is an operator without a counterpart here");
    EXPECT_EQ(said.hint, "comparisons are not computed: use MAXIMUM, MINIMUM or RELU, or MUL with a constant mask");
    said = said_of(one(128, {1, 3}, {{0}}, {{1, 3}}));
    EXPECT_EQ(said.message, "m.tflite: operator 0 (CUMSUM) that writes \"y\" is an operator without a counterpart here");
    EXPECT_EQ(
        said.hint.substr(0, 136),
        "nothing that is read stands in for it: leave it to the program before or behind the model, which may hold these operators: ADD, "
        "AVERAGE_");
    TfliteFile file;
    const int x = file.tensor("x", {1, 3}, Type::f32), y = file.tensor("y", {1, 3}, Type::f32);
    file.custom("TFLite_Detection_PostProcess", {x}, {y});
    EXPECT_EQ(
        error_of(file.bytes({x}, {y})),
        "m.tflite: operator 0 (custom operator \"TFLite_Detection_PostProcess\") that writes \"y\" is an operator without a counterpart "
        "here");
}

TEST(TfliteRefusals, OutputsThatAreNoAnswers) {
    TfliteFile file;
    const int x = file.tensor("x", {1, 3}, Type::f32), y = file.tensor("y", {1}, Type::i32),
              d = file.constant<std::int32_t>("d", {}, Type::i32, {1});
    file.op(56, {x, d}, {y});
    const Said said = said_of(file.bytes({x}, {y}));
    EXPECT_EQ(
        said.message,
        "m.tflite: operator 0 (ARG_MAX) that writes \"y\" gives whole numbers, and a model's outputs are float32, int8, uint8 or int16");
    EXPECT_EQ(said.hint, "leave it out: the firmware sees the scores and picks the largest");
    TfliteFile fixed;
    const int in = fixed.tensor("x", {1, 3}, Type::f32), out = fixed.tensor("y", {1, 3}, Type::f32),
              c = fixed.constant("c", {1, 3}, Type::f32, std::vector<float>{1, 2, 3});
    fixed.op(14, {c}, {out});
    EXPECT_EQ(error_of(fixed.bytes({in}, {out})), "m.tflite: output \"y\" is a constant, whatever the input is");
}

TEST(TfliteRefusals, ConstantsThatAreNoNumbersAreNamed) {
    constexpr int add = 0, mul = 18;
    const auto file_with = [](int code, float value) {
        TfliteFile file;
        const int x = file.tensor("x", {1, 3}, Type::f32), y = file.tensor("y", {1, 3}, Type::f32),
                  c = file.constant("c", {3}, Type::f32, std::vector<float>{1, value, 2});
        file.op(code, {x, c}, {y});
        return error_of(file.bytes({x}, {y}));
    };
    constexpr float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(file_with(add, -infinity), "was accepted");  // a mask
    EXPECT_EQ(file_with(add, std::numeric_limits<float>::quiet_NaN()), "m.tflite: tensor 2 \"c\" holds NaN at place 1");
    EXPECT_EQ(file_with(mul, -infinity), "m.tflite: tensor 2 \"c\" holds -infinity at place 1");
}

// Values that the file says are more than it holds are never read.
TEST(TfliteRefusals, ConstantsShorterThanTheirShapeAreNotFolded) {
    TfliteFile file;
    const int x = file.tensor("x", {1, 300}, Type::f32), y = file.tensor("y", {1, 300}, Type::f32),
              z = file.tensor("z", {1, 300}, Type::f32), c = file.constant("c", {1, 300}, Type::f32, std::vector<float>{1});
    file.op(14, {c}, {z}).op(0, {x, z}, {y});
    EXPECT_NE(error_of(file.bytes({x}, {y})).find("holds 4 bytes, shape [1, 300] of f32 takes 1200"), std::string::npos);
}

}  // namespace
}  // namespace mote::graph
