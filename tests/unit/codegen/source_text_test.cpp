#include "codegen/source_text.hpp"
#include "codegen/emit.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace mote::codegen {
namespace {

TEST(SourceText, LiteralsSurviveAnyText) {
    EXPECT_EQ(string_literal("yes"), "\"yes\"");
    EXPECT_EQ(string_literal("a\"b\\c"), "\"a\\\"b\\\\c\"");
    EXPECT_EQ(string_literal("what?"
                             "?/"),
              "\"what\\?\\?/\"");
    EXPECT_EQ(string_literal("\n1"), "\"\\0121\"");
    EXPECT_EQ(string_literal("\xc3\xa9t\xc3\xa9"), "\"\\303\\251t\\303\\251\"");
}

TEST(SourceText, CommentsStayOnTheirLine) {
    EXPECT_EQ(comment_text("conv\nint x;"), "conv?int x;");
    EXPECT_EQ(comment_text("end\\"), "end?");
    EXPECT_EQ(comment_text("end?"
                           "?/")
                  .find("??"),
              std::string::npos);
    EXPECT_EQ(comment_text("end?"
                           "?"
                           "?"
                           "?"
                           "?/")
                  .find("??"),
              std::string::npos);
    EXPECT_EQ(comment_text(std::string(200, 'x'), 10), "xxxxxxxxxx...");
}

TEST(SourceText, IdentifiersAreUniqueAndNoKeywords) {
    Identifiers names;
    EXPECT_EQ(names.make("conv 1/weights"), "conv_1_weights");
    EXPECT_EQ(names.make("conv-1 weights"), "conv_1_weights_2");
    EXPECT_EQ(names.make("Conv 1 Weights"), "conv_1_weights_3");
    EXPECT_EQ(names.make("class"), "class_layer");
    EXPECT_EQ(names.make("_3x3"), "layer_3x3");
    EXPECT_EQ(names.make("\xe5\xb1\x82"), "layer");
    EXPECT_EQ(names.make(""), "layer_2");
    EXPECT_EQ(names.make("a__b"), "a_b");
}

TEST(SourceText, NumbersReadBackTheSame) {
    const std::vector<std::int32_t> values = {INT32_MIN, -1, 0, INT32_MAX};
    EXPECT_EQ(decimal(std::span<const std::int32_t>(values)), (std::vector<std::string>{"-2147483647 - 1", "-1", "0", "2147483647"}));
    EXPECT_EQ(float_literal(0.1f, "x"), "0.1f");
    EXPECT_EQ(float_literal(3.0f, "x"), "3.0f");
    EXPECT_EQ(std::stof(float_literal(1.17549435e-38f, "x")), 1.17549435e-38f);
    EXPECT_THROW(float_literal(NAN, "x"), base::Error);
    EXPECT_THROW(float_literal(INFINITY, "x"), base::Error);
}

TEST(SourceText, ArraysBreakLines) {
    const std::string text = array_definition("const int8_t", "w", std::vector<std::string>(100, "-128"));
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        EXPECT_LE(end - begin, 120u);
        begin = end + 1;
    }
    EXPECT_EQ(text.substr(0, 24), "const int8_t w[100] = {\n");
}

TEST(SourceText, TitlesOfFusedLayersAreShort) {
    EXPECT_EQ(short_title("dense_0 [1, 64] -> [1, 5]"), "dense_0 [1, 64] -> [1, 5]");
    EXPECT_EQ(short_title("net/relu/Relu;net/bn/FusedBatchNormV3;net/conv/BiasAdd [1, 8] -> [1, 4]"), "net/relu/Relu [1, 8] -> [1, 4]");
    EXPECT_EQ(short_title("a_very_long_name_of_a_model/a_block_of_it/activation_1/Relu [1] -> [1]"),
              "a_block_of_it/activation_1/Relu [1] -> [1]");
    EXPECT_EQ(short_title(std::string(90, 'x') + " [1] -> [1]"), std::string(40, 'x') + " [1] -> [1]");
    EXPECT_EQ(short_title(""), "");
}

}  // namespace
}  // namespace mote::codegen
