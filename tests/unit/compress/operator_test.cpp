// int8 against float for every operator: the quantised node, and the float node with exactly the values that the quantised one stands for,
// agree within one step of the output (a few where the arithmetic itself is coarse).
#include "compress/quantise.hpp"
#include "graph/cases.hpp"
#include "graph/export_format.hpp"
#include "graph/import_format.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <set>

#include <cstring>

namespace mote::compress {
namespace {

using graph::Graph;
using graph::Tensor;
using graph::Type;

std::vector<float> reals(const Tensor& t, std::span<const std::byte> bytes) {
    std::vector<float> values(t.count());
    const std::size_t inner = t.quantisation.axis < 0 ? 1 : [&] {
        std::size_t n = 1;
        for (std::size_t d = static_cast<std::size_t>(t.quantisation.axis) + 1; d < t.shape.size(); ++d)
            n *= static_cast<std::size_t>(t.shape[d]);
        return n;
    }();
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t q = t.quantisation.axis < 0 ? 0 : i / inner % t.quantisation.scale.size();
        double stored = 0;
        if (t.type == Type::i8) stored = static_cast<std::int8_t>(bytes[i]);
        if (t.type == Type::i16) {
            std::int16_t value;
            std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
            stored = value;
        }
        if (t.type == Type::i32) {
            std::int32_t value;
            std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
            stored = value;
        }
        values[i] = static_cast<float>((stored - t.quantisation.zero_point[q]) * double{t.quantisation.scale[q]});
    }
    return values;
}

// The same graph over the real values that its stored ones stand for.
Graph dequantised(Graph g) {
    for (Tensor& t : g.tensors) {
        if (t.is_constant() && !t.quantisation.empty()) {
            const auto values = reals(t, t.data);
            t.data.resize(values.size() * sizeof(float));
            std::memcpy(t.data.data(), values.data(), t.data.size());
        }
        if (t.quantisation.empty()) continue;  // indices
        t.type = Type::f32;
        t.quantisation = {};
    }
    return g;
}

class EveryOperator : public ::testing::TestWithParam<graph::testing::OperatorCase> {};

TEST_P(EveryOperator, Int8IsWithinOneStepOfFloat) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        base::Random random(seed);
        Graph graph = GetParam().make(random);
        graph::testing::feed_both(graph);
        const std::size_t width = graph.input().count();
        const auto features = graph::testing::random_values(random, 20 * width, 2.0);
        const Graph quantised = quantise(graph, features, 20, {"minmax", "off", 20});
        ASSERT_EQ(quantised.input().type, Type::i8);
        const Graph real = dequantised(quantised);
        graph::verify(real);
        graph::Evaluator a(quantised), b(real);
        const Tensor& out = quantised.output();
        const float step = out.quantisation.scale[0];
        const float low = step * static_cast<float>(-128 - out.quantisation.zero_point[0]), high = low + 255 * step;
        for (std::size_t e = 0; e < 20; ++e) {
            base::Bytes stored(width);
            for (std::byte& v : stored) v = static_cast<std::byte>(random.below(256));
            const auto got = reals(out, a.run(stored));
            const auto x = reals(quantised.input(), stored);
            const auto expected = graph::testing::as_floats(b.run(std::as_bytes(std::span(x))));
            for (std::size_t i = 0; i < got.size(); ++i)
                ASSERT_NEAR(got[i], std::clamp(expected[i], low, high), static_cast<float>(GetParam().int8_steps) * step)
                    << "seed " << seed << " example " << e << " place " << i;
        }
    }
}

// Written as QuantizeLinear and DequantizeLinear around operators of reals, and read again: the same bytes.
TEST_P(EveryOperator, Int8ComesBackFromOnnx) {
    const std::set<std::string_view> others = {"assign", "lstm", "gru"};  // these work on floats there
    const graph::ExportFormat& onnx = graph::export_format_of("model.onnx");
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        base::Random random(seed);
        Graph graph = GetParam().make(random);
        graph::testing::feed_both(graph);
        const std::size_t width = graph.input().count();
        const Graph quantised = quantise(graph, graph::testing::random_values(random, 20 * width, 2.0), 20, {"minmax", "off", 20});
        base::Bytes file;
        try {
            file = onnx.write(quantised);
        } catch (const base::Error& error) {
            ASSERT_TRUE(others.count(GetParam().op)) << error.message();
            continue;
        }
        const Graph again = graph::import_model(file, "again.onnx").graph;
        ASSERT_EQ(again.input().type, Type::i8);
        ASSERT_EQ(again.output().quantisation.scale, quantised.output().quantisation.scale);
        graph::Evaluator a(quantised), b(again);
        for (std::size_t e = 0; e < 20; ++e) {
            base::Bytes stored(width);
            for (std::byte& v : stored) v = static_cast<std::byte>(random.below(256));
            const auto expected = a.run(stored), got = b.run(stored);
            ASSERT_TRUE(std::equal(expected.begin(), expected.end(), got.begin(), got.end())) << "seed " << seed << " example " << e;
        }
    }
}

std::vector<graph::testing::OperatorCase> quantisable() {
    std::vector<graph::testing::OperatorCase> list;
    for (const auto& c : graph::testing::operator_cases())
        if (c.naive && c.int8_steps > 0 && c.op != "batch_norm") list.push_back(c);
    return list;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, EveryOperator, ::testing::ValuesIn(quantisable()),
                         [](const auto& info) { return std::string(info.param.op); });

}  // namespace
}  // namespace mote::compress
