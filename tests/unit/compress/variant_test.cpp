// Kernels that are written for some cores, in their plain C++ form, against the reference kernels: the same bytes for random layers. The
// real instructions are held to the same bytes on the emulator.
#include "compress/quantise.hpp"
#include "graph/layer_shapes.hpp"
#include "graph/quantised.hpp"
#include "graph/variants.hpp"
#include "mote/rt/nn/add/arm_dsp.hpp"
#include "mote/rt/nn/add/helium.hpp"
#include "mote/rt/nn/add/tables.hpp"
#include "mote/rt/nn/average_pool_2d/helium.hpp"
#include "mote/rt/nn/batch_matmul/arm_dsp.hpp"
#include "mote/rt/nn/batch_matmul/vector.hpp"
#include "mote/rt/nn/batch_matmul/words.hpp"
#include "mote/rt/nn/conv_2d/arm_dsp.hpp"
#include "mote/rt/nn/conv_2d/groups_arm_dsp.hpp"
#include "mote/rt/nn/conv_2d/groups_pixel_pairs.hpp"
#include "mote/rt/nn/conv_2d/groups_vector.hpp"
#include "mote/rt/nn/conv_2d/pixel_pairs_short.hpp"
#include "mote/rt/nn/conv_2d/pixel_pairs_wide.hpp"
#include "mote/rt/nn/conv_2d/vector.hpp"
#include "mote/rt/nn/dense/arm_dsp.hpp"
#include "mote/rt/nn/dense/arm_dsp_streamed.hpp"
#include "mote/rt/nn/dense/channel_pairs.hpp"
#include "mote/rt/nn/dense/vector.hpp"
#include "mote/rt/nn/depthwise_conv_2d/arm_dsp.hpp"
#include "mote/rt/nn/depthwise_conv_2d/helium.hpp"
#include "mote/rt/nn/depthwise_conv_2d/pixel_helium.hpp"
#include "mote/rt/nn/depthwise_conv_2d/pixel_split.hpp"
#include "mote/rt/nn/depthwise_conv_2d/row_pairs_wide.hpp"
#include "mote/rt/nn/depthwise_conv_2d/series.hpp"
#include "mote/rt/nn/depthwise_conv_2d/vector.hpp"
#include "mote/rt/nn/gru/arm_dsp.hpp"
#include "mote/rt/nn/gru/channel_pairs.hpp"
#include "mote/rt/nn/gru/vector.hpp"
#include "mote/rt/nn/lstm/arm_dsp.hpp"
#include "mote/rt/nn/lstm/channel_pairs.hpp"
#include "mote/rt/nn/lstm/vector.hpp"
#include "mote/rt/nn/max_pool_2d/helium.hpp"
#include "mote/rt/nn/mul/arm_dsp.hpp"
#include "mote/rt/nn/mul/words.hpp"
#include "mote/rt/nn/svdf/arm_dsp.hpp"
#include "mote/rt/nn/svdf/channel_pairs.hpp"
#include "mote/rt/nn/svdf/vector.hpp"
#include "mote/rt/nn/transposed_conv_2d/arm_dsp.hpp"
#include "mote/rt/nn/transposed_conv_2d/pixel_pairs.hpp"
#include "mote/rt/nn/transposed_conv_2d/pixel_pairs_short.hpp"
#include "mote/rt/nn/transposed_conv_2d/vector.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

namespace mote::compress {
namespace {

using graph::Graph;
using graph::Isa;

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

using Runner = void (*)(const graph::KernelCall& call, const std::int8_t* in, std::int8_t* out, void* scratch);

#define RUNNER(PARAMETERS, TABLES, CALL)                                                        \
    [](const graph::KernelCall& call, const std::int8_t* in, std::int8_t* out, void* scratch) { \
        (void)scratch;                                                                          \
        const auto p = parameters_of<rt::nn::PARAMETERS>(call);                                 \
        TABLES rt::nn::CALL;                                                                    \
    }
// Weights of a type, bias, multiplier, shift.
#define FOUR_TABLES(TYPE)                                                          \
    const auto w = table<TYPE>(call, 0);                                           \
    const auto b = table<std::int32_t>(call, 1), m = table<std::int32_t>(call, 2); \
    const auto s = table<std::int8_t>(call, 3);
// Of kernels on pairs in words: weights, what was taken from them, bias, factors.
#define PAIR_TABLES                              \
    const auto w = table<std::int8_t>(call, 0);  \
    const auto e = table<std::int16_t>(call, 1); \
    const auto b = table<std::int32_t>(call, 2), f = table<std::int32_t>(call, 3);
#define THREE_TABLES                            \
    const auto w = table<std::int8_t>(call, 0); \
    const auto b = table<std::int32_t>(call, 1), f = table<std::int32_t>(call, 2);
#define WIDE_TABLES                              \
    const auto w = table<std::int8_t>(call, 0);  \
    const auto e = table<std::int16_t>(call, 1); \
    const auto f = table<std::int32_t>(call, 2);
#define TWO_WIDE_TABLES                         \
    const auto w = table<std::int8_t>(call, 0); \
    const auto f = table<std::int32_t>(call, 1);
// Of recurrent layers: weights and bias of both matrices, multiplier, shift, behind the states.
#define RECURRENT_TABLES(FIRST)                                                                    \
    const auto w = table<std::int8_t>(call, FIRST), u = table<std::int8_t>(call, FIRST + 2);       \
    const auto b = table<std::int32_t>(call, FIRST + 1), d = table<std::int32_t>(call, FIRST + 3), \
               m = table<std::int32_t>(call, FIRST + 4);                                           \
    const auto s = table<std::int8_t>(call, FIRST + 5);
#define LSTM_TABLES                              \
    const auto h = table<std::int8_t>(call, 0);  \
    const auto c = table<std::int16_t>(call, 1); \
    RECURRENT_TABLES(2)
#define GRU_TABLES                               \
    const auto h = table<std::int16_t>(call, 0); \
    RECURRENT_TABLES(1)
#define SVDF_TABLES                                                                       \
    const auto state = table<std::int16_t>(call, 0), time = table<std::int16_t>(call, 3); \
    const auto w = table<std::int8_t>(call, 1);                                           \
    const auto b = table<std::int32_t>(call, 2), d = table<std::int32_t>(call, 4);
// Behind them what was taken from the weights of both matrices.
#define RECURRENT_PAIRS(FIRST) const auto x = table<std::int16_t>(call, FIRST), y = table<std::int16_t>(call, FIRST + 1);
#define TWO_TABLES const auto l = table<std::int32_t>(call, 0), r = table<std::int32_t>(call, 1);
// The input twice, or with a constant.
#define RIGHT_INPUT                                                                                       \
    const auto constant = call.tables.empty() ? std::vector<std::int8_t>() : table<std::int8_t>(call, 0); \
    const std::int8_t* right = constant.empty() ? in : constant.data();
// The right matrices lie behind the left ones, where they are others.
#define RIGHT_MATRICES                                                                                                            \
    const std::int8_t* right = in + (call.inputs[0] == call.inputs[1]                                                             \
                                         ? 0                                                                                      \
                                         : (p.batch_0 - 1) * p.left_0 + (p.batch_1 - 1) * p.left_1 + (p.batch_2 - 1) * p.left_2 + \
                                               (p.batch_3 - 1) * p.left_3 + (p.rows - 1) * p.left_row + (p.depth - 1) * p.left_depth + 1);
#define ONE_TABLE const auto w = table<std::int8_t>(call, 0);

const std::map<std::string, Runner>& runners() {
    static const std::map<std::string, Runner> list = {
        {"add_arm_dsp", RUNNER(AddParameters, , add_arm_dsp(p, in, in, out))},
        {"add_tables", RUNNER(AddParameters, TWO_TABLES, add_tables(p, in, in, l.data(), r.data(), out))},
        {"conv_2d_arm_dsp", RUNNER(Conv2dParameters, ONE_TABLE, conv_2d_arm_dsp(p, in, w.data(), out, scratch))},
        {"batch_matmul_arm_dsp", RUNNER(BatchMatmulParameters, RIGHT_MATRICES, batch_matmul_arm_dsp(p, in, right, out, scratch))},
        {"batch_matmul_vector", RUNNER(BatchMatmulParameters, RIGHT_MATRICES, batch_matmul_vector(p, in, right, out, scratch))},
        {"batch_matmul_words", RUNNER(BatchMatmulParameters, RIGHT_MATRICES, batch_matmul_words(p, in, right, out, scratch))},
        {"mul_arm_dsp", RUNNER(BinaryParameters, RIGHT_INPUT, mul_arm_dsp(p, in, right, out))},
        {"mul_words", RUNNER(BinaryParameters, RIGHT_INPUT, mul_words(p, in, right, out))},
        {"add_helium", RUNNER(AddParameters, , add_helium(p, in, in, out))},
        {"average_pool_2d_helium", RUNNER(Pool2dParameters, , average_pool_2d_helium(p, in, out))},
        {"max_pool_2d_helium", RUNNER(Pool2dParameters, , max_pool_2d_helium(p, in, out))},
        {"conv_2d_vector", RUNNER(Conv2dParameters, ONE_TABLE, conv_2d_vector(p, in, w.data(), out, scratch))},
        {"conv_2d_pixel_pairs",
         RUNNER(Conv2dParameters, PAIR_TABLES, conv_2d_pixel_pairs(p, in, w.data(), e.data(), b.data(), f.data(), out, scratch))},
        {"conv_2d_pixel_pairs_wide",
         RUNNER(Conv2dParameters, WIDE_TABLES, conv_2d_pixel_pairs_wide(p, in, w.data(), e.data(), f.data(), out, scratch))},
        {"conv_2d_pixel_pairs_short",
         RUNNER(Conv2dParameters, TWO_WIDE_TABLES, conv_2d_pixel_pairs_short(p, in, w.data(), f.data(), out, scratch))},
        {"conv_2d_groups_arm_dsp", RUNNER(Conv2dParameters, ONE_TABLE, conv_2d_groups_arm_dsp(p, in, w.data(), out, scratch))},
        {"conv_2d_groups_vector", RUNNER(Conv2dParameters, ONE_TABLE, conv_2d_groups_vector(p, in, w.data(), out, scratch))},
        {"conv_2d_groups_pixel_pairs",
         RUNNER(Conv2dParameters, TWO_WIDE_TABLES, conv_2d_groups_pixel_pairs(p, in, w.data(), f.data(), out, scratch))},
        {"transposed_conv_2d_arm_dsp",
         RUNNER(TransposedConv2dParameters, ONE_TABLE, transposed_conv_2d_arm_dsp(p, in, w.data(), out, scratch))},
        {"transposed_conv_2d_vector",
         RUNNER(TransposedConv2dParameters, ONE_TABLE, transposed_conv_2d_vector(p, in, w.data(), out, scratch))},
        {"transposed_conv_2d_pixel_pairs",
         RUNNER(TransposedConv2dParameters, PAIR_TABLES,
                transposed_conv_2d_pixel_pairs(p, in, w.data(), e.data(), b.data(), f.data(), out, scratch))},
        {"transposed_conv_2d_pixel_pairs_short", RUNNER(TransposedConv2dParameters, TWO_WIDE_TABLES,
                                                        transposed_conv_2d_pixel_pairs_short(p, in, w.data(), f.data(), out, scratch))},
        {"depthwise_conv_2d_row_pairs_wide",
         RUNNER(DepthwiseConv2dParameters, TWO_WIDE_TABLES, depthwise_conv_2d_row_pairs_wide(p, in, w.data(), f.data(), out, scratch))},
        {"depthwise_conv_2d_series",
         RUNNER(DepthwiseConv2dParameters, TWO_WIDE_TABLES, depthwise_conv_2d_series(p, in, w.data(), f.data(), out))},
        {"dense_channel_pairs",
         RUNNER(DenseParameters, PAIR_TABLES, dense_channel_pairs(p, in, w.data(), e.data(), b.data(), f.data(), out, scratch))},
        {"depthwise_conv_2d_row_pairs",
         RUNNER(DepthwiseConv2dParameters, THREE_TABLES, depthwise_conv_2d_row_pairs(p, in, w.data(), b.data(), f.data(), out, scratch))},
        {"dense_arm_dsp",
         RUNNER(DenseParameters, FOUR_TABLES(std::int8_t), dense_arm_dsp(p, in, w.data(), b.data(), m.data(), s.data(), out, scratch))},
        {"dense_arm_dsp_streamed",
         RUNNER(DenseParameters, FOUR_TABLES(std::int8_t), dense_arm_dsp_streamed(p, in, w.data(), b.data(), m.data(), s.data(), out))},
        {"dense_vector",
         RUNNER(DenseParameters, ONE_TABLE, dense_vector(p, in, w.data(), out, call.scratch_bytes > 0 ? scratch : nullptr))},
        {"depthwise_conv_2d_arm_dsp",
         RUNNER(DepthwiseConv2dParameters, ONE_TABLE, depthwise_conv_2d_arm_dsp(p, in, w.data(), out, scratch))},
        {"depthwise_conv_2d_helium", RUNNER(DepthwiseConv2dParameters, ONE_TABLE, depthwise_conv_2d_helium(p, in, w.data(), out, scratch))},
        {"depthwise_conv_2d_pixel",
         RUNNER(DepthwiseConv2dParameters, TWO_WIDE_TABLES, depthwise_conv_2d_pixel(p, in, w.data(), f.data(), out))},
        {"depthwise_conv_2d_pixel_split",
         RUNNER(DepthwiseConv2dParameters, THREE_TABLES, depthwise_conv_2d_pixel_split(p, in, w.data(), b.data(), f.data(), out))},
        {"depthwise_conv_2d_pixel_helium",
         RUNNER(DepthwiseConv2dParameters, ONE_TABLE, depthwise_conv_2d_pixel_helium(p, in, w.data(), out))},
        {"depthwise_conv_2d_vector", RUNNER(DepthwiseConv2dParameters, ONE_TABLE, depthwise_conv_2d_vector(p, in, w.data(), out))},
        {"lstm_arm_dsp",
         RUNNER(LstmParameters, LSTM_TABLES,
                lstm_arm_dsp(p, in, h.data(), c.data(), w.data(), b.data(), u.data(), d.data(), m.data(), s.data(), out, scratch))},
        {"svdf_arm_dsp",
         RUNNER(SvdfParameters, SVDF_TABLES, svdf_arm_dsp(p, in, state.data(), w.data(), b.data(), time.data(), d.data(), out, scratch))},
        {"gru_arm_dsp", RUNNER(GruParameters, GRU_TABLES,
                               gru_arm_dsp(p, in, h.data(), w.data(), b.data(), u.data(), d.data(), m.data(), s.data(), out, scratch))},
        {"lstm_vector",
         RUNNER(LstmParameters, LSTM_TABLES,
                lstm_vector(p, in, h.data(), c.data(), w.data(), b.data(), u.data(), d.data(), m.data(), s.data(), out, scratch))},
        {"svdf_vector",
         RUNNER(SvdfParameters, SVDF_TABLES, svdf_vector(p, in, state.data(), w.data(), b.data(), time.data(), d.data(), out, scratch))},
        {"gru_vector", RUNNER(GruParameters, GRU_TABLES,
                              gru_vector(p, in, h.data(), w.data(), b.data(), u.data(), d.data(), m.data(), s.data(), out, scratch))},
        {"lstm_channel_pairs", RUNNER(LstmParameters, LSTM_TABLES RECURRENT_PAIRS(8),
                                      lstm_channel_pairs(p, in, h.data(), c.data(), w.data(), b.data(), u.data(), d.data(), m.data(),
                                                         s.data(), x.data(), y.data(), out, scratch))},
        {"gru_channel_pairs", RUNNER(GruParameters, GRU_TABLES RECURRENT_PAIRS(7),
                                     gru_channel_pairs(p, in, h.data(), w.data(), b.data(), u.data(), d.data(), m.data(), s.data(),
                                                       x.data(), y.data(), out, scratch))},
        {"svdf_channel_pairs",
         RUNNER(SvdfParameters, SVDF_TABLES const auto e = table<std::int16_t>(call, 5);
                , svdf_channel_pairs(p, in, state.data(), w.data(), b.data(), time.data(), d.data(), e.data(), out, scratch))},
    };
    return list;
}

/// The call with the constants among its inputs, and the first values of variables, before its tables.
graph::KernelCall with_constants(graph::KernelCall call, const Graph& graph) {
    std::vector<graph::KernelTable> constants;
    for (const int input : call.inputs) {
        const graph::Tensor& t = graph.tensors[static_cast<std::size_t>(input)];
        if (t.is_constant()) constants.push_back({"input", t.type, t.data});
        if (t.is_variable) constants.push_back({"state", t.type, graph::initial_value(t)});
    }
    call.tables.insert(call.tables.begin(), constants.begin(), constants.end());
    return call;
}

// Exact sizes, so that a sanitizer sees any access beyond them.
std::vector<std::int8_t> run(const graph::KernelCall& call, const std::vector<std::int8_t>& in, std::size_t out_bytes) {
    std::vector<std::int8_t> out(out_bytes);
    const std::unique_ptr<std::uint64_t[]> scratch(new std::uint64_t[(call.scratch_bytes + 7) / 8]);
    std::memset(scratch.get(), 0x55, (call.scratch_bytes + 7) / 8 * 8);
    const auto found = runners().find(call.function.substr(std::string_view("mote::rt::nn::").size()));
    if (found == runners().end())
        ADD_FAILURE() << call.function << " needs an entry above";
    else
        found->second(call, in.data(), out.data(), scratch.get());
    return out;
}

struct Case {
    graph::testing::OperatorCase op;
    Isa isa;
};

/// Runs one kernel on a few inputs; those that work by bands of rows with small bands too.
void expect_the_bytes(const graph::KernelCall& call, const Graph& quantised, base::Random& random) {
    graph::Evaluator evaluator(quantised), fastest(quantised, graph::HostKernels::fastest);
    for (int example = 0; example < 4; ++example) {
        std::size_t count = 0;
        for (const int input : quantised.inputs) count += quantised.tensors[static_cast<std::size_t>(input)].count();
        std::vector<std::int8_t> in(count);
        for (std::int8_t& v : in)
            v = static_cast<std::int8_t>(example == 0 ? 127 : example == 1 ? -128 : static_cast<int>(random.below(256)) - 128);
        evaluator.reset(), fastest.reset();
        const auto expected = evaluator.run(std::as_bytes(std::span(in)));
        const auto on_host = fastest.run(std::as_bytes(std::span(in)));
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), on_host.begin(), on_host.end())) << "this machine's vectors";
        const auto got = run(with_constants(call, quantised), in, expected.size());
        ASSERT_EQ(std::memcmp(got.data(), expected.data(), expected.size()), 0) << call.function << " example " << example;
        if (call.function.find("depthwise_conv_2d_") == std::string::npos || call.function.find("_pixel") != std::string::npos) continue;
        // Images too large for one band of rows. With Helium two rows may come together, and none is left alone then.
        graph::KernelCall banded = call;
        const std::int32_t out_h = banded.values[3].second, rows = 1 + static_cast<std::int32_t>(random.below(3));
        if (rows > banded.values.back().second) continue;
        if (call.function.find("helium") != std::string::npos && (rows == 1 || out_h % rows == 1)) continue;
        banded.set_value("band_rows", rows);
        const auto by_bands = run(banded, in, expected.size());
        ASSERT_EQ(std::memcmp(by_bands.data(), expected.data(), expected.size()), 0) << call.function << " bands";
    }
}

class Variants : public ::testing::TestWithParam<Case> {};

TEST_P(Variants, GiveTheBytesOfTheReference) {
    std::size_t taken = 0;
    for (std::uint64_t seed = 0; taken < 100 && seed < 3000; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        base::Random random(seed);
        // Half of them have the shapes of real networks.
        const std::string_view op = GetParam().op.op;
        const bool is_small = op == "add" || op == "mul" || op == "batch_matmul";
        Graph graph = is_small || seed % 2 == 0 ? GetParam().op.make(random) : graph::testing::layer_of_shape(random, op);
        graph::testing::feed_both(graph);
        const auto features = graph::testing::random_values(random, 10 * graph.input().count(), 2.0);
        Graph quantised = op == "batch_matmul" && seed % 2 != 0 ? graph::testing::product_of_scales(random)
                                                                : quantise(graph, features, 10, {"minmax", "off", 10});
        graph::testing::vary_functions(quantised, seed / 2);
        const graph::Node& node = quantised.nodes.back();
        bool any = false;
        for (const auto& plan : graph::every_kernel(graph::find_operator(node.op)->lower(quantised, node, GetParam().isa))) {
            ASSERT_EQ(plan.calls.size(), 1u);
            if (plan.calls[0].function.find("_reference") != std::string::npos) continue;
            any = true;
            ASSERT_NO_FATAL_FAILURE(expect_the_bytes(plan.calls[0], quantised, random));
        }
        if (any) ++taken;
    }
    EXPECT_EQ(taken, 100u);
}

std::vector<Case> with_variants() {
    std::vector<Case> list;
    for (const auto& c : graph::testing::operator_cases())
        for (const Isa isa : {Isa::armv6m, Isa::armv7m, Isa::arm_dsp, Isa::helium, Isa::neon, Isa::avx2})
            if (graph::has_variant(c.op, isa)) list.push_back({c, isa});
    return list;
}

std::string name_of(const ::testing::TestParamInfo<Case>& info) {
    static constexpr const char* names[] = {"portable", "armv6m", "armv7m", "arm_dsp", "helium", "neon", "avx2"};
    return std::string(info.param.op.op) + "_" + names[static_cast<std::size_t>(info.param.isa)];
}

INSTANTIATE_TEST_SUITE_P(Layers, Variants, ::testing::ValuesIn(with_variants()), name_of);

}  // namespace
}  // namespace mote::compress
