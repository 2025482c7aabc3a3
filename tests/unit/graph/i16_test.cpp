// int16 activations with int8 weights, as TensorFlow Lite's 16x8 quantisation writes them, against the loops of its reference kernels.
#include "graph/import/tflite.hpp"
#include "graph/models.hpp"
#include "graph/operator.hpp"
#include "graph/sigmoid_i16.hpp"
#include "graph/tflite_writer.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace mote::graph {
namespace {

using testing::TfliteFile;

constexpr int add_code = 0, conv_code = 3, depthwise_code = 4, dense_code = 9, logistic_code = 14, mul_code = 18, softmax_code = 25,
              tanh_code = 28, sub_code = 41;

template <class T>
std::vector<T> random_stored(base::Random& random, std::size_t n, int most) {
    std::vector<T> values(n);
    for (T& v : values) v = static_cast<T>(static_cast<int>(random.below(static_cast<std::uint64_t>(2 * most + 1))) - most);
    return values;
}

std::vector<int> stored_outputs(const Graph& graph, const std::vector<std::int16_t>& inputs) {
    const auto bytes = std::as_bytes(std::span(inputs));
    Evaluator evaluator(graph);
    const auto out = evaluator.run(bytes);
    const auto* values = reinterpret_cast<const std::int16_t*>(out.data());
    return {values, values + out.size() / 2};
}

// MultiplyByQuantizedMultiplier for sums of 64 bits.
int requantised(std::int64_t sum, double factor) {
    int exponent = 0;
    const auto value = static_cast<std::int64_t>(std::round(std::frexp(factor, &exponent) * static_cast<double>(std::int64_t{1} << 31)));
    const std::int64_t reduced = value < 0x7fff0000 ? (value + (1 << 15)) >> 16 : 0x7fff;
    const int shift = 15 - exponent;
    return static_cast<int>(std::clamp<std::int64_t>((sum * reduced + (std::int64_t{1} << (shift - 1))) >> shift, -32768, 32767));
}

Quantisation scaled(float scale) { return {{scale}, {0}, -1}; }

TEST(Int16Activations, ConvolutionsAreThoseOfTheReference) {
    base::Random random(1);
    for (const bool depthwise : {false, true}) {
        constexpr int h = 4, w = 5, in_c = 3, kernel = 3;
        const int out_c = depthwise ? in_c * 2 : 4;
        std::vector<float> scales;
        for (int o = 0; o < out_c; ++o) scales.push_back(0.001f + 0.0003f * static_cast<float>(o));
        const int depth = depthwise ? 1 : in_c;
        const auto weights = random_stored<std::int8_t>(random, static_cast<std::size_t>(out_c * kernel * kernel * depth), 127);
        std::vector<std::int64_t> bias;
        for (int o = 0; o < out_c; ++o) bias.push_back((static_cast<std::int64_t>(random.below(1000)) - 500) << (o == 1 ? 24 : 12));
        const std::vector<int> shape =
            depthwise ? std::vector<int>{1, kernel, kernel, out_c} : std::vector<int>{out_c, kernel, kernel, in_c};
        TfliteFile file;
        const int x = file.tensor("x", {1, h, w, in_c}, Type::i16, scaled(0.0005f)),
                  y = file.tensor("y", {1, h, w, out_c}, Type::i16, scaled(0.002f));
        const int k = file.constant("w", shape, Type::i8, weights, {scales, std::vector<int>(scales.size(), 0), depthwise ? 3 : 0});
        const int b = file.constant("b", {out_c}, Type::i64, bias);
        if (depthwise)
            file.op(depthwise_code, {x, k, b}, {y}, {{0, 0}, {1, 1}, {2, 1}, {3, 2}, {4, 0}, {5, 1}, {6, 1}});
        else
            file.op(conv_code, {x, k, b}, {y}, {{0, 0}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}});
        const Graph graph = import_tflite(file.bytes({x}, {y}), "model.tflite");
        const auto xs = random_stored<std::int16_t>(random, h * w * in_c, 32767);
        std::vector<int> expected;
        for (int oy = 0; oy < h; ++oy)
            for (int ox = 0; ox < w; ++ox)
                for (int o = 0; o < out_c; ++o) {
                    std::int64_t sum = bias[static_cast<std::size_t>(o)];
                    for (int ky = 0; ky < kernel; ++ky)
                        for (int kx = 0; kx < kernel; ++kx)
                            for (int c = 0; c < depth; ++c) {
                                const int iy = oy + ky - 1, ix = ox + kx - 1;
                                if (iy < 0 || iy >= h || ix < 0 || ix >= w) continue;
                                const int place = depthwise ? (ky * kernel + kx) * out_c + o : ((o * kernel + ky) * kernel + kx) * in_c + c;
                                sum += std::int64_t{xs[static_cast<std::size_t>((iy * w + ix) * in_c + (depthwise ? o / 2 : c))]} *
                                       weights[static_cast<std::size_t>(place)];
                            }
                    const int value = requantised(sum, double{0.0005f} * double{scales[static_cast<std::size_t>(o)]} / double{0.002f});
                    expected.push_back(depthwise ? value : std::max(value, 0));
                }
        EXPECT_EQ(stored_outputs(graph, xs), expected) << depthwise;
    }
}

TEST(Int16Activations, DenseLayersTakeBiasesOf64And32Bits) {
    base::Random random(2);
    const auto weights = random_stored<std::int8_t>(random, 4 * 300, 127);
    const auto xs = random_stored<std::int16_t>(random, 300, 32767);
    for (const bool wide : {true, false}) {
        TfliteFile file;
        const int x = file.tensor("x", {1, 300}, Type::i16, scaled(0.0005f)), y = file.tensor("y", {1, 4}, Type::i16, scaled(0.02f));
        const int w = file.constant("w", {4, 300}, Type::i8, weights, scaled(0.01f));
        const int b = wide ? file.constant<std::int64_t>("b", {4}, Type::i64, {100000, -5, 7, std::int64_t{1} << 33})
                           : file.constant<std::int32_t>("b", {4}, Type::i32, {100000, -5, 7, 1 << 28});
        file.op(dense_code, {x, w, b}, {y});
        const Graph graph = import_tflite(file.bytes({x}, {y}), "model.tflite");
        std::vector<int> expected;
        const double factor = double{0.0005f} * double{0.01f} / double{0.02f};
        for (std::size_t o = 0; o < 4; ++o) {
            std::int64_t sum = o == 0 ? 100000 : o == 1 ? -5 : o == 2 ? 7 : wide ? std::int64_t{1} << 33 : 1 << 28;
            for (std::size_t i = 0; i < 300; ++i) sum += xs[i] * weights[o * 300 + i];
            const Multiplier m = multiplier_of(factor);
            expected.push_back(wide ? requantised(sum, factor)
                                    : std::clamp(rt::nn::multiply(static_cast<std::int32_t>(sum), m.value, m.shift), -32768, 32767));
        }
        EXPECT_EQ(stored_outputs(graph, xs), expected) << wide;
    }
}

// Sums on a scale of 15 bits, products of 32.
TEST(Int16Activations, SumsAndProductsAreThoseOfTheReference) {
    base::Random random(3);
    const auto xs = random_stored<std::int16_t>(random, 64, 32767);
    const float a = 0.001f, b = 0.0007f, c = 0.0012f;
    for (const int code : {add_code, sub_code, mul_code}) {
        TfliteFile file;
        const int x = file.tensor("x", {1, 32}, Type::i16, scaled(a)), z = file.tensor("z", {1, 32}, Type::i16, scaled(b)),
                  y = file.tensor("y", {1, 32}, Type::i16, scaled(c));
        file.op(code, {x, z}, {y});
        const Graph graph = import_tflite(file.bytes({x, z}, {y}), "model.tflite");
        const auto times = [](std::int32_t v, double factor) {
            const Multiplier m = multiplier_of(factor);
            return rt::nn::multiply(v, m.value, m.shift);
        };
        std::vector<int> expected;
        for (std::size_t i = 0; i < 32; ++i) {
            const int l = xs[i], r = xs[32 + i];
            // A difference computes its factors in floats of 32 bits.
            const bool is_float = code == sub_code;
            const double twice = 2 * double{a};
            const int left = times(l * 32768, is_float ? double{a / (2 * a)} : double{a} / twice),
                      right = times(r * 32768, is_float ? double{b / (2 * a)} : double{b} / twice);
            const double out = is_float ? double{2 * a / (32768 * c)} : twice / (32768 * double{c});
            const int value = code == mul_code ? times(l * r, double{a} * double{b} / double{c})
                                               : times(code == sub_code ? left - right : left + right, out);
            expected.push_back(std::clamp(value, -32768, 32767));
        }
        EXPECT_EQ(stored_outputs(graph, xs), expected) << code;
    }
}

TEST(Int16Activations, TheTableOfTheLogisticFunctionIsTensorFlows) {
    const auto table = sigmoid_table();
    const std::pair<int, int> known[] = {{0, 32768},   {1, 33451},   {4, 35493},   {29, 50464}, {43, 56174},
                                         {100, 64536}, {135, 65301}, {254, 65534}, {255, 65535}};
    for (const auto& [place, value] : known)
        EXPECT_EQ(int{static_cast<std::uint16_t>(table[static_cast<std::size_t>(place)])}, value) << place;
}

TEST(Int16Activations, FunctionsAreWithinAFewStepsOfReals) {
    std::vector<std::int16_t> xs;
    for (int v = -32768; v < 32768; v += 97) xs.push_back(static_cast<std::int16_t>(v));
    const int count = static_cast<int>(xs.size());
    for (const float scale : {1.0f / 4096, 2.0f / 4096, 0.0003f, 0.00004f})
        for (const int code : {logistic_code, tanh_code}) {
            TfliteFile file;
            const int x = file.tensor("x", {1, count}, Type::i16, scaled(scale)),
                      y = file.tensor("y", {1, count}, Type::i16, scaled(1.0f / 32768));
            file.op(code, {x}, {y});
            const std::vector<int> got = stored_outputs(import_tflite(file.bytes({x}, {y}), "model.tflite"), xs);
            for (std::size_t i = 0; i < xs.size(); ++i) {
                const double real = double{scale} * xs[i], value = code == tanh_code ? std::tanh(real) : 1 / (1 + std::exp(-real));
                ASSERT_NEAR(got[i], std::min(value * 32768, 32767.0), 8) << code << " of " << real;
            }
        }
}

TEST(Int16Activations, SoftmaxIsWithinAFewStepsOfReals) {
    base::Random random(4);
    const auto xs = random_stored<std::int16_t>(random, 70, 20000);
    TfliteFile file;
    const int x = file.tensor("x", {10, 7}, Type::i16, scaled(0.0002f)), y = file.tensor("y", {10, 7}, Type::i16, scaled(1.0f / 32768));
    file.op(softmax_code, {x}, {y}, {{0, TfliteFile::bits(1.0f)}});
    const std::vector<int> got = stored_outputs(import_tflite(file.bytes({x}, {y}), "model.tflite"), xs);
    for (std::size_t row = 0; row < 10; ++row) {
        double sum = 0;
        for (std::size_t i = 0; i < 7; ++i) sum += std::exp(double{0.0002f} * xs[row * 7 + i]);
        for (std::size_t i = 0; i < 7; ++i) EXPECT_NEAR(got[row * 7 + i], std::exp(double{0.0002f} * xs[row * 7 + i]) / sum * 32768, 16);
    }
}

std::string error_of(const TfliteFile& file, int x, int y) {
    try {
        (void)import_tflite(file.bytes({x}, {y}), "model.tflite");
    } catch (const base::Error& error) {
        return error.message();
    }
    return "was accepted";
}

TEST(Int16Activations, WhatIsNotReadIsNamed) {
    TfliteFile exponential;
    int x = exponential.tensor("x", {1, 4}, Type::i16, scaled(0.001f)), y = exponential.tensor("y", {1, 4}, Type::i16, scaled(0.001f));
    exponential.op(47, {x}, {y});
    EXPECT_NE(error_of(exponential, x, y).find("node 0 \"y\" (exp): tensor 0 \"x\" is i16"), std::string::npos)
        << error_of(exponential, x, y);
    TfliteFile moved;
    x = moved.tensor("x", {1, 4}, Type::i16, {{0.001f}, {3}, -1}), y = moved.tensor("y", {1, 4}, Type::i16, scaled(0.001f));
    moved.op(19, {x}, {y});
    EXPECT_NE(error_of(moved, x, y).find("is i16 with a zero point"), std::string::npos) << error_of(moved, x, y);
    TfliteFile steep;
    x = steep.tensor("x", {1, 4}, Type::i16, scaled(1000)), y = steep.tensor("y", {1, 2}, Type::i16, scaled(0.001f));
    const int w = steep.constant("w", {2, 4}, Type::i8, std::vector<std::int8_t>(8, 1), scaled(1));
    steep.op(dense_code, {x, w, -1}, {y});
    EXPECT_NE(error_of(steep, x, y).find("has scales whose product is more than 127 times that of its output"), std::string::npos);
}

}  // namespace
}  // namespace mote::graph
