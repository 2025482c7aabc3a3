// Executed instructions of layers that are fast only while each core gets the kernel made for it: a layer that falls back to a plain kernel
// costs twice as much or more. Outputs are compared with the reference while they are counted.
#include "codegen/emit.hpp"
#include "compress/quantise.hpp"
#include "graph/cases.hpp"
#include "graph/operator.hpp"
#include "target/machine.hpp"
#include "target/measure.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <numeric>

namespace mote::target {
namespace {

using graph::Graph;

class Network {
  public:
    Network() { last_ = graph::add_input(graph_, "x", {1, 5, 1, 64}); }
    int constant(std::vector<int> shape, double spread) { return graph::testing::random_constant(graph_, random_, name(), shape, spread); }
    void add(const std::string& op, std::vector<int> inputs, base::Json attributes = base::Json::object()) {
        inputs.insert(inputs.begin(), last_);
        last_ = graph::append(graph_, op, name(), std::move(inputs), std::move(attributes));
    }
    void window(const std::string& op, std::vector<int> weights, int outputs) {
        const int w = constant(std::move(weights), 0.3), b = constant({outputs}, 0.3);
        add(op, {w, b}, {{"padding", "valid"}});
    }
    void recurrent(const std::string& op, int gates, int units, int inputs) {
        std::vector<int> list;
        for (int g = 0; g < gates; ++g) list.push_back(constant({units, inputs}, 0.3));
        for (int g = 0; g < gates; ++g) list.push_back(constant({units, units}, 0.3));
        for (int g = 0; g < gates * (op == "gru" ? 2 : 1); ++g) list.push_back(constant({units}, 0.3));
        for (int s = 0; s < (op == "gru" ? 1 : 2); ++s) list.push_back(constant({1, units}, 0));
        add(op, list);
    }
    Graph quantised() {
        graph_.outputs = {last_};
        return compress::quantise(graph_, graph::testing::random_values(random_, 8 * graph_.input().count(), 2.0), 8, {"minmax", "off", 8});
    }

  private:
    std::string name() { return "thing_" + std::to_string(graph_.tensors.size()); }
    Graph graph_;
    base::Random random_{7};
    int last_ = -1;
};

/// One step of a series through convolutions, then two recurrent layers over four steps.
Graph network() {
    Network n;
    n.window("depthwise_conv_2d", {1, 5, 1, 64}, 64);
    n.window("conv_2d", {64, 1, 1, 64}, 64);
    n.add("reshape", {}, {{"shape", {1, 4, 16}}});
    n.recurrent("lstm", 4, 32, 16);
    n.recurrent("gru", 3, 32, 32);
    return n.quantised();
}

struct Costs {
    std::string board;
    std::uint64_t depthwise, conv, lstm, gru;  ///< most instructions
};

class kernel_costs : public testing::TestWithParam<Costs> {};

TEST_P(kernel_costs, stay_where_the_cores_own_kernels_are) {
    const board::Board board = with_whole_machine(board::find_board(GetParam().board));
    codegen::Pipeline pipeline;
    pipeline.model = network();
    pipeline.core = board.core;
    const base::TemporaryFolder folder;
    const codegen::Emission emission = codegen::emit(pipeline, folder.path() / "model");
    base::Bytes in(pipeline.model.input().count());
    base::Random random(3);
    for (std::byte& b : in) b = static_cast<std::byte>(random.below(256));
    RunOptions options;
    options.want_layers = true;
    const target::Run run = run_firmware(build_firmware(emission, board), emission, board, in, options);
    graph::Evaluator evaluator(pipeline.model);
    const auto expected = evaluator.run(in);
    ASSERT_EQ(run.outputs.size(), expected.size());
    EXPECT_EQ(std::memcmp(run.outputs.data(), expected.data(), expected.size()), 0);
    const auto [name, depthwise, conv, lstm, gru] = GetParam();
    for (const auto& [op, most] : {std::pair{"depthwise_conv_2d", depthwise}, {"conv_2d", conv}, {"lstm", lstm}, {"gru", gru}})
        for (std::size_t i = 0; i < emission.trace.size(); ++i) {
            if (emission.trace[i].op != op) continue;
            std::printf("%s %s: %llu instructions\n", name.c_str(), op, static_cast<unsigned long long>(run.by_layer[i + 1].instructions));
            EXPECT_LE(run.by_layer[i + 1].instructions, most) << op;
        }
}

INSTANTIATE_TEST_SUITE_P(boards, kernel_costs,
                         testing::Values(Costs{"rp2040", 5700, 19200, 169000, 146000}, Costs{"stm32f103", 2200, 10900, 89000, 81000},
                                         Costs{"nrf52840", 2800, 5500, 54000, 48600}, Costs{"corstone300", 1100, 1000, 16300, 14900}),
                         [](const auto& info) { return info.param.board; });

}  // namespace
}  // namespace mote::target
