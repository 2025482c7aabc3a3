// Operators of TensorFlow Lite on int8 against its reference kernels' loops, written out again.
#include "graph/import/tflite.hpp"
#include "graph/import_format.hpp"
#include "graph/models.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "graph/tflite_writer.hpp"
#include "graph/unsigned_ends.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mote::graph {
namespace {

using testing::TfliteFile;

constexpr int transpose_conv = 67, pow_code = 78, batch_matmul = 126;

template <class T>
std::vector<T> random_stored(base::Random& random, std::size_t n) {
    std::vector<T> values(n);
    for (T& v : values) v = static_cast<T>(static_cast<int>(random.below(255)) - 127);
    return values;
}

std::vector<int> stored_outputs(const Graph& graph, const std::vector<std::vector<std::int8_t>>& inputs) {
    base::Bytes bytes;
    for (const auto& values : inputs)
        for (const std::int8_t v : values) bytes.push_back(static_cast<std::byte>(v));
    std::vector<int> outputs;
    Evaluator evaluator(graph);
    for (const std::byte v : evaluator.run(bytes)) outputs.push_back(static_cast<std::int8_t>(v));
    return outputs;
}

int requantised(std::int32_t sum, double factor, int zero_point) {
    const Multiplier m = multiplier_of(factor);
    return std::clamp(rt::nn::multiply(sum, m.value, m.shift) + zero_point, -128, 127);
}

std::string error_of(const base::Bytes& file) {
    try {
        (void)import_tflite(file, "model.tflite");
    } catch (const base::Error& error) {
        return error.message();
    }
    return "was accepted";
}

// What stands behind a refused operator is not blamed for it, unless it has no counterpart itself.
TEST(TfliteOperators, AllThatIsNotSupportedIsNamedAtOnce) {
    TfliteFile file;
    const int x = file.tensor("x", {1, 4}, Type::f32), a = file.tensor("a", {1, 4}, Type::f32), b = file.tensor("b", {1, 4}, Type::f32),
              y = file.tensor("y", {1, 4}, Type::f32);
    constexpr int cumsum = 128, relu = 19, topk = 48;
    const std::string message = error_of(file.op(cumsum, {x}, {a}).op(relu, {a}, {b}).op(topk, {b}, {y}).bytes({x}, {y}));
    EXPECT_TRUE(
        message.starts_with("model.tflite: 2 things are not supported:\n  operator 0 (CUMSUM) that writes \"a\" is an operator without "
                            "a counterpart here: "))
        << message;
    EXPECT_NE(message.find("\n  operator 2 (TOPK_V2) that writes \"y\" is an operator without a counterpart here: "), std::string::npos);
}

TEST(TfliteOperators, BatchMatmulIsThatOfTheReference) {
    base::Random random(3);
    for (const bool adj_x : {false, true})
        for (const bool adj_y : {false, true}) {
            constexpr int batches = 2, m = 3, n = 4, depth = 5;
            const std::vector<int> left = {batches, adj_x ? depth : m, adj_x ? m : depth},
                                   right = {1, adj_y ? n : depth, adj_y ? depth : n};
            const Quantisation a{{0.02f}, {7}, -1}, b{{0.03f}, {-9}, -1}, c{{0.05f}, {4}, -1};
            TfliteFile file;
            const int x = file.tensor("x", left, Type::i8, a), y = file.tensor("y", right, Type::i8, b),
                      out = file.tensor("out", {batches, m, n}, Type::i8, c);
            file.op(batch_matmul, {x, y}, {out}, {{0, adj_x}, {1, adj_y}});
            const Graph graph = import_tflite(file.bytes({x, y}, {out}), "model.tflite");
            const auto xs = random_stored<std::int8_t>(random, batches * m * depth), ys = random_stored<std::int8_t>(random, depth * n);
            std::vector<int> expected;
            for (int batch = 0; batch < batches; ++batch)
                for (int row = 0; row < m; ++row)
                    for (int column = 0; column < n; ++column) {
                        std::int32_t sum = 0;
                        for (int k = 0; k < depth; ++k)
                            sum += (xs[static_cast<std::size_t>(batch * m * depth + (adj_x ? k * m + row : row * depth + k))] - 7) *
                                   (ys[static_cast<std::size_t>(adj_y ? column * depth + k : k * n + column)] + 9);
                        expected.push_back(requantised(sum, double{0.02f * 0.03f} / double{0.05f}, 4));
                    }
            EXPECT_EQ(stored_outputs(graph, {xs, ys}), expected) << adj_x << adj_y;
        }
}

// Each place of the input is added to where its window lies, as there.
TEST(TfliteOperators, TransposeConvIsThatOfTheReference) {
    base::Random random(4);
    for (const bool same : {true, false})
        for (const bool biased : {true, false}) {
            constexpr int h = 3, w = 4, in_c = 5, out_c = 6, kernel = 3, stride = 2;
            const int out_h = same ? h * stride : (h - 1) * stride + kernel, out_w = same ? w * stride : (w - 1) * stride + kernel;
            const int pad = same ? 0 : 0;  // (out / stride - 1) * stride + kernel - out is 1, half of which is cut off in front: none
            std::vector<float> scales;
            for (int o = 0; o < out_c; ++o) scales.push_back(0.01f + 0.001f * static_cast<float>(o));
            const auto weights = random_stored<std::int8_t>(random, out_c * kernel * kernel * in_c);
            const auto bias = random_stored<std::int32_t>(random, out_c);
            TfliteFile file;
            const int size = file.constant<std::int32_t>("size", {4}, Type::i32, {1, out_h, out_w, out_c});
            const int kernels =
                file.constant("w", {out_c, kernel, kernel, in_c}, Type::i8, weights, {scales, std::vector<int>(out_c, 0), 0});
            const int x = file.tensor("x", {1, h, w, in_c}, Type::i8, {{0.02f}, {11}, -1}),
                      y = file.tensor("y", {1, out_h, out_w, out_c}, Type::i8, {{0.04f}, {-3}, -1}),
                      b = file.constant("b", {out_c}, Type::i32, bias);
            std::vector<std::int32_t> inputs{size, kernels, x};
            if (biased) inputs.push_back(b);
            file.op(transpose_conv, inputs, {y}, {{0, same ? 0 : 1}, {1, stride}, {2, stride}});
            const Graph graph = import_tflite(file.bytes({x}, {y}), "model.tflite");
            ASSERT_EQ(graph.nodes.at(0).op, "transposed_conv_2d");
            const auto xs = random_stored<std::int8_t>(random, h * w * in_c);
            std::vector<std::int32_t> sums(static_cast<std::size_t>(out_h * out_w * out_c), 0);
            for (int iy = 0; iy < h; ++iy)
                for (int ix = 0; ix < w; ++ix)
                    for (int c = 0; c < in_c; ++c)
                        for (int ky = 0; ky < kernel; ++ky)
                            for (int kx = 0; kx < kernel; ++kx)
                                for (int o = 0; o < out_c; ++o) {
                                    const int oy = iy * stride - pad + ky, ox = ix * stride - pad + kx;
                                    if (oy < 0 || oy >= out_h || ox < 0 || ox >= out_w) continue;
                                    sums[static_cast<std::size_t>((oy * out_w + ox) * out_c + o)] +=
                                        (xs[static_cast<std::size_t>((iy * w + ix) * in_c + c)] - 11) *
                                        weights[static_cast<std::size_t>(((o * kernel + ky) * kernel + kx) * in_c + c)];
                                }
            std::vector<int> expected;
            for (std::size_t i = 0; i < sums.size(); ++i) {
                const std::size_t o = i % out_c;
                expected.push_back(requantised(sums[i] + (biased ? bias[o] : 0), double{0.02f} * double{scales[o]} / double{0.04f}, -3));
            }
            EXPECT_EQ(stored_outputs(graph, {xs}), expected) << same << biased;
        }
}

TEST(TfliteOperators, FunctionsOfOneValueAreRead) {
    const std::pair<int, const char*> functions[] = {{8, "floor"}, {47, "exp"},   {59, "neg"},   {66, "sin"},
                                                     {73, "log"},  {75, "sqrt"},  {76, "rsqrt"}, {92, "square"},
                                                     {101, "abs"}, {104, "ceil"}, {108, "cos"},  {116, "round"}};
    for (const auto& [code, op] : functions) {
        TfliteFile file;
        const int x = file.tensor("x", {1, 5}, Type::f32), y = file.tensor("y", {1, 5}, Type::f32);
        file.op(code, {x}, {y});
        const Graph graph = import_tflite(file.bytes({x}, {y}), "model.tflite");
        ASSERT_EQ(graph.nodes.size(), 1u);
        EXPECT_EQ(graph.nodes[0].op, op);
    }
}

TEST(TfliteOperators, PowersHaveOneConstantExponent) {
    const auto file_with = [](std::vector<float> exponents) {
        TfliteFile file;
        const int x = file.tensor("x", {1, 5}, Type::f32), y = file.tensor("y", {1, 5}, Type::f32),
                  e = file.constant("e", {static_cast<int>(exponents.size())}, Type::f32, exponents);
        file.op(pow_code, {x, e}, {y});
        return file.bytes({x}, {y});
    };
    const Graph graph = import_tflite(file_with({3}), "model.tflite");
    EXPECT_EQ(Evaluator(graph).run_features(std::vector<float>{1, 2, -1, 0.5f, 3}), (std::vector<float>{1, 8, -1, 0.125f, 27}));
    EXPECT_EQ(error_of(file_with({3, 2})),
              "model.tflite: operator 0 (POW) that writes \"y\" takes \"e\", which is not one constant real exponent");
    EXPECT_EQ(error_of(file_with({1000})), "model.tflite: operator 0 (POW) that writes \"y\" has exponent 1000.0");
    EXPECT_EQ(error_of(file_with({std::nanf("")})).substr(0, 12), "model.tflite");
}

// What a converter makes with inference_input_type=uint8 and inference_output_type=uint8.
TEST(TfliteOperators, UnsignedEndsStayUnsigned) {
    constexpr int quantize = 114, relu = 19;
    const Quantisation outer{{0.1f}, {128}, -1}, inner{{0.1f}, {0}, -1}, other{{0.05f}, {0}, -1};
    TfliteFile file;
    const int x = file.tensor("x", {1, 6}, Type::u8, outer), a = file.tensor("a", {1, 6}, Type::i8, inner),
              b = file.tensor("b", {1, 6}, Type::i8, other), y = file.tensor("y", {1, 6}, Type::u8, {{0.05f}, {128}, -1});
    file.op(quantize, {x}, {a}).op(relu, {a}, {b}).op(quantize, {b}, {y});
    const Imported model = import_model(file.bytes({x}, {y}), "model.tflite");
    const Graph& graph = model.graph;
    ASSERT_EQ(graph.nodes.size(), 3u);
    EXPECT_EQ(graph.input().type, Type::u8);
    EXPECT_EQ(graph.output().type, Type::u8);
    EXPECT_EQ(graph.output().name, "y");
    EXPECT_EQ(graph.input().quantisation.zero_point, std::vector<int>{128});
    EXPECT_EQ(stored_outputs(graph, {{0, 127, -128, -127, -1, 1}}), (std::vector<int>{-128, -128, -128, -126, -1, -128}));
    EXPECT_EQ(Evaluator(graph).run_features(std::vector<float>{-3, 0, 0.1f, 0.3f, 6, 100}),
              (std::vector<float>{0, 0, 0.1f, 0.3f, 6, 6.35f}));
    EXPECT_EQ(model.operator_outputs.size(), 3u);
    EXPECT_EQ(model.operator_outputs.back(), graph.outputs.front());
    const Graph inside = with_signed_ends(graph);
    verify(inside);
    ASSERT_EQ(inside.nodes.size(), 1u);
    EXPECT_EQ(inside.input().type, Type::i8);
    EXPECT_EQ(inside.output().type, Type::i8);
}

TEST(TfliteOperators, UnsignedTensorsAreComputedAsSignedOnes) {
    constexpr int relu = 19;
    const Quantisation q{{0.1f}, {100}, -1};
    TfliteFile file;
    const int x = file.tensor("x", {1, 6}, Type::u8, q), y = file.tensor("y", {1, 6}, Type::u8, q);
    file.op(relu, {x}, {y});
    const Imported model = import_model(file.bytes({x}, {y}), "model.tflite");
    EXPECT_EQ(model.graph.nodes.size(), 3u);
    EXPECT_EQ(stored_outputs(model.graph, {{0, 99, 100, 101, -1, -128}}), (std::vector<int>{100, 100, 100, 101, -1, -128}));
    EXPECT_EQ(model.operator_outputs, model.graph.outputs);
    const auto with_weights = [](int zero_point) {
        TfliteFile dense;
        const Quantisation ends{{0.1f}, {3}, -1};
        const int in = dense.tensor("in", {1, 2}, Type::u8, ends), out = dense.tensor("out", {1, 1}, Type::u8, ends),
                  w = dense.constant<std::uint8_t>("w", {1, 2}, Type::u8, {118, 148}, {{0.1f}, {zero_point}, -1});
        dense.op(9, {in, w}, {out});
        return dense.bytes({in}, {out});
    };
    EXPECT_EQ(stored_outputs(import_tflite(with_weights(128), "model.tflite"), {{3, 13}}), std::vector<int>{23});
    EXPECT_EQ(error_of(with_weights(120)),
              "model.tflite: operator 0 (FULLY_CONNECTED) that writes \"out\" has weights \"w\" with a zero point, as models of uint8 "
              "throughout have them");
}

// Weights of 16 bits, and a shape computed from another: neither is left in the graph.
TEST(TfliteOperators, WhatFollowsFromConstantsIsComputedOnce) {
    constexpr int strided_slice = 45, pack = 83, shape_code = 77, dequantize = 6, add = 0, mul = 18, reshape = 22, cast_code = 53;
    TfliteFile file;
    const int x = file.tensor("x", {1, 3, 4}, Type::f32), y = file.tensor("y", {2, 6}, Type::f32),
              whole = file.tensor("whole", {3}, Type::i32), rows = file.tensor("rows", {}, Type::i32),
              twice = file.tensor("twice", {}, Type::i64), wide = file.tensor("wide", {}, Type::i64),
              shape = file.tensor("shape", {2}, Type::i64), two = file.constant<std::int64_t>("two", {}, Type::i64, {2}),
              one = file.constant<std::int32_t>("one", {1}, Type::i32, {1}), end = file.constant<std::int32_t>("end", {1}, Type::i32, {2}),
              half = file.halves("half", {1, 6}, {0x3c00, 0xc000, 0x3800, 0, 0, 0}), real = file.tensor("real", {1, 6}, Type::f32),
              view = file.tensor("view", {2, 6}, Type::f32);
    file.op(shape_code, {x}, {whole}).op(strided_slice, {whole, one, end, one}, {rows}, {{4, 1}}).op(cast_code, {rows}, {wide});
    file.op(mul, {wide, two}, {twice}).op(pack, {two, twice}, {shape}, {{0, 2}}).op(reshape, {x, shape}, {view});
    file.op(dequantize, {half}, {real}).op(add, {view, real}, {y});
    const Imported model = import_model(file.bytes({x}, {y}), "model.tflite");
    ASSERT_EQ(model.graph.nodes.size(), 2u);
    EXPECT_EQ(model.operator_outputs.size(), 2u);
    EXPECT_EQ(Evaluator(model.graph).run_features(std::vector<float>(12, 1)),
              (std::vector<float>{2, -1, 1.5f, 1, 1, 1, 2, -1, 1.5f, 1, 1, 1}));
}

// "Dynamic range": weights of 8 bits in a model of floats. Per tensor, per channel, and where two layers share them.
TEST(TfliteOperators, WeightsAloneOfEightBitsBecomeReals) {
    constexpr int fully_connected = 9, conv_2d = 3;
    TfliteFile file;
    const int x = file.tensor("x", {1, 2}, Type::f32), h = file.tensor("h", {1, 2}, Type::f32), y = file.tensor("y", {1, 2}, Type::f32),
              w = file.constant<std::int8_t>("w", {2, 2}, Type::i8, {10, -20, 0, 4}, {{0.5f}, {0}, -1}),
              b = file.constant<float>("b", {2}, Type::f32, {0.25f, -1});
    file.op(fully_connected, {x, w, b}, {h}).op(fully_connected, {h, w, b}, {y});
    const Graph graph = import_tflite(file.bytes({x}, {y}), "model.tflite");
    EXPECT_EQ(graph.input().type, Type::f32);
    // h = [5 * 1 - 10 * 2 + 0.25, 2 * 2 - 1] = [-14.75, 3], y = [5 * -14.75 - 10 * 3 + 0.25, 2 * 3 - 1].
    EXPECT_EQ(Evaluator(graph).run_features(std::vector<float>{1, 2}), (std::vector<float>{-103.5f, 5}));
    TfliteFile channels;
    const int a = channels.tensor("a", {1, 1, 1, 2}, Type::f32), c = channels.tensor("c", {1, 1, 1, 2}, Type::f32),
              k = channels.constant<std::int8_t>("k", {2, 1, 1, 2}, Type::i8, {1, 2, 3, -4}, {{0.5f, 0.25f}, {0, 0}, 0}),
              d = channels.constant<float>("d", {2}, Type::f32, {0, 1});
    channels.op(conv_2d, {a, k, d}, {c}, {{0, 1}, {1, 1}, {2, 1}, {4, 1}, {5, 1}});
    EXPECT_EQ(Evaluator(import_tflite(channels.bytes({a}, {c}), "model.tflite")).run_features(std::vector<float>{2, 8}),
              (std::vector<float>{9, -5.5f}));
}

// What these become, and what they compute, is compared with the public runtime (interop.layers); int8 has no such operator there.
TEST(TfliteOperators, ComposedOnesOnInt8) {
    const Quantisation from{{0.05f}, {3}, -1}, to{{0.01f}, {-100}, -1};
    TfliteFile file;
    const int x = file.tensor("x", {1, 6}, Type::i8, from), y = file.tensor("y", {1, 6}, Type::i8, to);
    file.op(152, {x}, {y});
    EXPECT_EQ(stored_outputs(import_tflite(file.bytes({x}, {y}), "model.tflite"), {{-128, 3, 4, 13, 23, 127}}),
              (std::vector<int>{-100, -100, -95, -50, 0, 0}));
    TfliteFile joined;
    const int a = joined.tensor("a", {1, 2}, Type::i8, from), b = joined.tensor("b", {1, 2}, Type::i8, {{0.1f}, {0}, -1}),
              c = joined.tensor("c", {1, 4}, Type::i8, from);
    joined.op(2, {a, b}, {c}, {{0, 1}});
    EXPECT_EQ(stored_outputs(import_tflite(joined.bytes({a, b}, {c}), "model.tflite"), {{1, 2}, {10, -20}}),
              (std::vector<int>{1, 2, 23, -37}));
}

TEST(TfliteOperators, MalformedOnesAreRejected) {
    TfliteFile file;
    const int x = file.tensor("x", {1, 2, 2, 3}, Type::i8, {{0.1f}, {0}, -1}),
              y = file.tensor("y", {1, 4, 4, 2}, Type::i8, {{0.1f}, {0}, -1});
    const int size = file.constant<std::int32_t>("size", {4}, Type::i32, {1, 4, 4, 2});
    const int w = file.constant("w", {2, 3, 3, 3}, Type::i8, std::vector<std::int8_t>(54), {{0.1f}, {0}, -1});
    file.op(transpose_conv, {size, w, x}, {y}, {{1, 0}, {2, 2}});
    EXPECT_EQ(
        error_of(file.bytes({x}, {y})),
        "model.tflite: operator 0 (TRANSPOSE_CONV) that writes \"y\" has input [1, 2, 2, 3], weights [2, 3, 3, 3], output [1, 4, 4, 2] "
        "and strides 2 and 0");
    TfliteFile product;
    const int a = product.tensor("a", {2, 3}, Type::f32), b = product.tensor("b", {2, 3}, Type::f32),
              c = product.tensor("c", {2, 3}, Type::f32);
    product.op(batch_matmul, {a, b}, {c});
    EXPECT_NE(error_of(product.bytes({a, b}, {c})).find("multiplies [2, 3] by [2, 3]"), std::string::npos);
}

}  // namespace
}  // namespace mote::graph
