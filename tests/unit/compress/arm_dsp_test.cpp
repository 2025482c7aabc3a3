// Kernels for the Arm DSP extension, in their plain C++ form, against the reference kernels: the same bytes for random layers. The real
// instructions are held to the same bytes on the emulator.
#include "mote/rt/nn/conv_2d/arm_dsp.hpp"
#include "compress/quantise.hpp"
#include "graph/cases.hpp"
#include "mote/rt/nn/add/arm_dsp.hpp"
#include "mote/rt/nn/dense/arm_dsp.hpp"
#include "mote/rt/nn/depthwise_conv_2d/arm_dsp.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace mote::compress {
namespace {

using graph::Graph;

template <class Parameters>
Parameters parameters_of(const graph::KernelCall& call) {
    std::vector<std::int32_t> values;
    for (const auto& [name, value] : call.values) values.push_back(value);
    EXPECT_EQ(values.size() * sizeof(std::int32_t), sizeof(Parameters));
    Parameters parameters;
    std::memcpy(&parameters, values.data(), sizeof parameters);
    return parameters;
}

template <class T>
std::vector<T> table(const graph::KernelCall& call, std::size_t i) {
    std::vector<T> values(call.tables[i].data.size() / sizeof(T));
    std::memcpy(values.data(), call.tables[i].data.data(), call.tables[i].data.size());
    return values;
}

// Exact sizes, so that a sanitizer sees any access beyond them.
std::vector<std::int8_t> run(const graph::KernelCall& call, const std::vector<std::int8_t>& in, std::size_t out_bytes) {
    std::vector<std::int8_t> out(out_bytes);
    std::vector<std::uint64_t> scratch((call.scratch_bytes + 7) / 8, 0x5555555555555555u);
    if (call.function == "mote::rt::nn::add_arm_dsp") {
        rt::nn::add_arm_dsp(parameters_of<rt::nn::AddParameters>(call), in.data(), in.data(), out.data());
        return out;
    }
    const auto bias = table<std::int32_t>(call, 1), multiplier = table<std::int32_t>(call, 2);
    const auto shift = table<std::int8_t>(call, 3);
    const auto go = [&](auto kernel, auto parameters, auto weights) {
        kernel(parameters, in.data(), weights.data(), bias.data(), multiplier.data(), shift.data(), out.data(), scratch.data());
    };
    using namespace rt::nn;
    if (call.function == "mote::rt::nn::conv_2d_arm_dsp")
        go([](auto&&... a) { conv_2d_arm_dsp(a...); }, parameters_of<Conv2dParameters>(call), table<std::int8_t>(call, 0));
    else if (call.function == "mote::rt::nn::depthwise_conv_2d_arm_dsp")
        go([](auto&&... a) { depthwise_conv_2d_arm_dsp(a...); }, parameters_of<DepthwiseConv2dParameters>(call),
           table<std::int16_t>(call, 0));
    else if (call.function == "mote::rt::nn::dense_arm_dsp")
        go([](auto&&... a) { dense_arm_dsp(a...); }, parameters_of<DenseParameters>(call), table<std::int8_t>(call, 0));
    else
        ADD_FAILURE() << call.function;
    return out;
}

class ArmDsp : public ::testing::TestWithParam<graph::testing::OperatorCase> {};

TEST_P(ArmDsp, GivesTheBytesOfTheReference) {
    std::size_t taken = 0;
    for (std::uint64_t seed = 0; taken < 100 && seed < 3000; ++seed) {
        base::Random random(seed);
        Graph graph = GetParam().make(random);
        graph::testing::feed_both(graph);
        const auto features = graph::testing::random_values(random, 10 * graph.input().count(), 2.0);
        const Graph quantised = quantise(graph, features, 10, {"minmax", "off", 10});
        const graph::Node& node = quantised.nodes.back();
        const auto plan = graph::find_operator(node.op)->lower(quantised, node, graph::Isa::arm_dsp);
        ASSERT_EQ(plan.calls.size(), 1u);
        if (plan.calls[0].function.find("arm_dsp") == std::string::npos) continue;
        ++taken;
        graph::Evaluator evaluator(quantised);
        for (int example = 0; example < 4; ++example) {
            std::vector<std::int8_t> in(quantised.input().count());
            for (std::int8_t& v : in)
                v = static_cast<std::int8_t>(example == 0 ? 127 : example == 1 ? -128 : static_cast<int>(random.below(256)) - 128);
            const auto expected = evaluator.run(std::as_bytes(std::span(in)));
            const auto got = run(plan.calls[0], in, expected.size());
            ASSERT_EQ(std::memcmp(got.data(), expected.data(), expected.size()), 0) << "seed " << seed << " example " << example;
            if (node.op != "depthwise_conv_2d") continue;
            // Images too large for one band of rows.
            graph::KernelCall banded = plan.calls[0];
            banded.values.back().second = std::min(1 + static_cast<std::int32_t>(random.below(3)), banded.values[3].second);
            const auto by_bands = run(banded, in, expected.size());
            ASSERT_EQ(std::memcmp(by_bands.data(), expected.data(), expected.size()), 0) << "seed " << seed << " bands";
        }
    }
    EXPECT_EQ(taken, 100u);
}

std::vector<graph::testing::OperatorCase> with_weights() {
    std::vector<graph::testing::OperatorCase> list;
    for (const auto& c : graph::testing::operator_cases())
        if (c.naive == graph::testing::naive_layer || c.op == "add") list.push_back(c);
    return list;
}

INSTANTIATE_TEST_SUITE_P(Layers, ArmDsp, ::testing::ValuesIn(with_weights()), [](const auto& info) { return std::string(info.param.op); });

}  // namespace
}  // namespace mote::compress
