// What the emulated chip computes is what the host computes, byte for byte: features, every layer, outputs.
#include "../codegen/pipelines.hpp"
#include "../codegen/quantised_networks.hpp"
#include "../codegen/recurrent_networks.hpp"
#include "../codegen/small_networks.hpp"
#include "base/files.hpp"
#include "graph/operator.hpp"
#include "programs.hpp"
#include "target/measure.hpp"

#include <algorithm>
#include <cmath>

namespace mote::target {
namespace {

struct Expected {
    base::Bytes features, layers;
    std::vector<std::int8_t> outputs;
};

void append(base::Bytes& to, std::span<const std::byte> bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

Expected on_the_host(const codegen::Pipeline& pipeline, const codegen::Emission& emission, const std::vector<base::Bytes>& windows) {
    graph::Evaluator evaluator(pipeline.model);
    const graph::Quantisation& scale = pipeline.model.input().quantisation;
    Expected expected;
    for (const base::Bytes& window : windows) {
        const std::vector<float> features = codegen::testing::features_of(pipeline, window);
        append(expected.features, std::as_bytes(std::span(features)));
        base::Bytes input(features.size());
        for (std::size_t i = 0; i < features.size(); ++i) {
            const float steps = std::nearbyint(features[i] / scale.scale.front()) + static_cast<float>(scale.zero_point.front());
            input[i] = static_cast<std::byte>(static_cast<std::int8_t>(std::min(127.0f, std::max(-128.0f, steps))));
        }
        for (const std::byte value : evaluator.run(input)) expected.outputs.push_back(static_cast<std::int8_t>(value));
        for (const codegen::TracePoint& point : emission.trace) append(expected.layers, point.written(evaluator.tensor(point.tensor)));
    }
    return expected;
}

/// What a pipeline's firmware computed for random windows, and what the host does.
struct Trial {
    codegen::Emission emission;
    Firmware firmware;
    std::vector<base::Bytes> windows;
    Expected expected;
    target::Run run;
};

/// Runs the firmware made for the board; every byte is the host's.
Trial expect_the_hosts_bytes(const board::Board& board, codegen::Pipeline pipeline, std::size_t count) {
    pipeline.core = board.core;
    Trial trial;
    const base::TemporaryFolder folder;
    trial.emission = codegen::emit(pipeline, folder.path() / "model");
    trial.windows = codegen::testing::random_windows(pipeline.input, count, 11);
    base::Bytes all;
    for (const base::Bytes& window : trial.windows) append(all, window);
    trial.expected = on_the_host(pipeline, trial.emission, trial.windows);
    trial.firmware = build_firmware(trial.emission, board);
    RunOptions options;
    options.want_features = options.want_layers = true;
    trial.run = run_firmware(trial.firmware, trial.emission, board, all, options);
    EXPECT_EQ(trial.run.features, trial.expected.features);
    EXPECT_EQ(trial.run.layers, trial.expected.layers);
    EXPECT_EQ(trial.run.outputs, trial.expected.outputs);
    EXPECT_EQ(trial.run.checked_windows, std::min<std::size_t>(count, 8));  // the plugin looks at every access of the first ones
    EXPECT_EQ(trial.run.by_layer.size(), trial.emission.steps.size() + 1);
    return trial;
}

/// The same of a model fed with its features as they are.
Trial expect_the_hosts_bytes(const std::string& board, graph::Graph model, codegen::Optimise optimise = codegen::Optimise::speed,
                             std::size_t count = 3) {
    codegen::Pipeline pipeline = codegen::testing::raw_pipeline(std::move(model));
    pipeline.optimise = optimise;
    return expect_the_hosts_bytes(board::find_board(board), std::move(pipeline), count);
}

class parity : public testing::TestWithParam<std::string> {};

TEST_P(parity, audio_windows_give_the_hosts_bytes) {
    const Trial trial = expect_the_hosts_bytes(board::find_board(GetParam()), codegen::testing::audio_pipeline(12, 7), 3);
    EXPECT_GT(trial.run.feature_instructions, 100'000u);
    std::uint64_t weights = 0, signal = 0, arena = 0;
    for (const Firmware::Part& part : trial.firmware.parts) {
        if (part.name == "weights") weights = part.flash_bytes;
        if (part.name == "signal processing") signal = part.flash_bytes;
        if (part.name == "arena") arena = part.ram_bytes;
    }
    EXPECT_GE(arena, trial.emission.arena_bytes);
    EXPECT_GT(signal, 1000u);
    EXPECT_GT(weights, 0u);
    EXPECT_LE(weights, trial.emission.constant_bytes);
}

TEST_P(parity, channels_left_out_change_no_byte_of_the_others) {
    const Trial trial = expect_the_hosts_bytes(GetParam(), codegen::testing::still_network(17, 13, 4, 8));
    EXPECT_EQ(trial.emission.dropped.size(), 13u);
}

TEST_P(parity, layers_in_bands_of_rows_give_the_hosts_bytes) {
    const Trial trial = expect_the_hosts_bytes(GetParam(), codegen::testing::wide_network(24, 20, 4, 5), codegen::Optimise::ram);
    const auto bands = std::count_if(trial.emission.steps.begin(), trial.emission.steps.end(),
                                     [](const std::string& title) { return title.find(" in bands of ") != std::string::npos; });
    EXPECT_GE(bands, 1);
}

TEST_P(parity, a_transformer_block_gives_the_hosts_bytes) {
    (void)expect_the_hosts_bytes(GetParam(), codegen::testing::attention_network(10, 16, 2, 4));
}

TEST_P(parity, transposed_convolutions_give_the_hosts_bytes) {
    (void)expect_the_hosts_bytes(GetParam(), codegen::testing::decoder_network(12, 4));
}

// More windows than one emulator would be given of a model without state: what one leaves the next must find.
TEST(parity_of_a_stream, goes_from_window_to_window) {
    const graph::Graph model = codegen::testing::streaming_network(9, 5, 3);
    const Trial trial = expect_the_hosts_bytes("nrf52840", model, codegen::Optimise::speed, 150);
    const Expected last = on_the_host(codegen::testing::raw_pipeline(model), trial.emission, {trial.windows.back()});
    EXPECT_NE(last.outputs, std::vector<std::int8_t>(trial.run.outputs.end() - 5, trial.run.outputs.end())) << "the stream's past counts";
}

class parity_of_recurrent_layers : public testing::TestWithParam<std::string> {};

TEST_P(parity_of_recurrent_layers, windows_give_the_hosts_bytes) {
    // All of them on one board, of each kind one on the others.
    const auto names =
        GetParam() == "nrf52840" ? codegen::testing::recurrent_names() : std::vector<std::string>{"lstm", "gru_stream", "svdf"};
    for (const std::string& name : names) {
        SCOPED_TRACE(name);
        (void)expect_the_hosts_bytes(GetParam(), codegen::testing::recurrent_network(name, 5, 9, 13, 3, 8), codegen::Optimise::speed, 20);
    }
}

INSTANTIATE_TEST_SUITE_P(boards, parity_of_recurrent_layers,
                         testing::Values("nrf52840", "rp2040", "stm32f103", "stm32h7a3", "stm32u575", "corstone300"),
                         [](const auto& info) { return info.param; });

/// A model alone, fed with random bytes.
void expect_the_hosts_bytes_of_raw_tensors(const std::string& board_name, graph::Graph model) {
    const board::Board board = board::find_board(board_name);
    codegen::Pipeline pipeline;
    pipeline.model = std::move(model);
    pipeline.core = board.core;
    const base::TemporaryFolder folder;
    const codegen::Emission emission = codegen::emit(pipeline, folder.path() / "model");
    base::Random random(6);
    base::Bytes windows, layers;
    std::vector<std::int8_t> outputs;
    graph::Evaluator evaluator(pipeline.model);
    for (int i = 0; i < 3; ++i) {
        base::Bytes window(emission.window_bytes);
        for (std::byte& v : window) v = static_cast<std::byte>(random.below(256));
        for (const std::byte value : evaluator.run(window)) outputs.push_back(static_cast<std::int8_t>(value));
        for (const codegen::TracePoint& point : emission.trace) append(layers, point.written(evaluator.tensor(point.tensor)));
        append(windows, window);
    }
    RunOptions options;
    options.want_layers = true;
    const target::Run run = run_firmware(build_firmware(emission, board), emission, board, windows, options);
    EXPECT_EQ(run.layers, layers);
    EXPECT_EQ(run.outputs, outputs);
    EXPECT_GT(run.instructions, 100u);
    ASSERT_EQ(run.by_layer.size(), emission.steps.size() + 1);
    for (std::size_t i = 1; i < run.by_layer.size(); ++i) EXPECT_GT(run.by_layer[i].instructions, 5u) << run.by_layer[i].name;
}

TEST_P(parity, activations_of_16_bits_give_the_hosts_bytes) {
    expect_the_hosts_bytes_of_raw_tensors(GetParam(), codegen::testing::wide_network(3));
}

TEST_P(parity, several_inputs_and_outputs_give_the_hosts_bytes) {
    expect_the_hosts_bytes_of_raw_tensors(GetParam(), codegen::testing::two_ends_network(4));
}

// The stm32f103 has no room for a second of audio. A core without a floating-point unit computes the same bytes through the library.
INSTANTIATE_TEST_SUITE_P(boards, parity, testing::Values("nrf52840", "rp2040", "stm32h7a3", "stm32u575", "corstone300"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace mote::target
