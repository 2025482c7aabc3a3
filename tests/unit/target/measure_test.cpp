#include "target/measure.hpp"

#include "target/machine.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace mote::target {
namespace {

codegen::Emission tiny_model() {
    codegen::Emission emission;
    emission.folder = std::filesystem::path(MOTE_TEST_PROGRAMS) / "tiny_model";
    emission.sources = {"model.cpp"};
    emission.window_bytes = 16;
    emission.feature_count = 8;
    emission.class_count = emission.output_bytes = 2;
    emission.steps = {"quantise", "dense"};
    return emission;
}

std::int16_t sample(std::size_t window, std::size_t i) { return static_cast<std::int16_t>((window * 37 + i * 11) % 200 - 100); }

std::vector<std::byte> windows(std::size_t count) {
    std::vector<std::byte> bytes(count * 16);
    for (std::size_t w = 0; w < count; ++w)
        for (std::size_t i = 0; i < 8; ++i) {
            const std::int16_t value = sample(w, i);
            std::memcpy(&bytes[w * 16 + i * 2], &value, 2);
        }
    return bytes;
}

std::vector<std::int8_t> expected_outputs(std::size_t count) {
    const int weights[2][8] = {{1, 2, 3, 4, 5, 6, 7, 8}, {8, -7, 6, -5, 4, -3, 2, -1}};
    std::vector<std::int8_t> out;
    for (std::size_t w = 0; w < count; ++w)
        for (const auto& row : weights) {
            int sum = 0;
            for (std::size_t i = 0; i < 8; ++i) sum += row[i] * static_cast<std::int8_t>(static_cast<float>(sample(w, i)) * 0.5f);
            out.push_back(static_cast<std::int8_t>(sum >> 4));
        }
    return out;
}

class measured : public testing::TestWithParam<std::string> {};

TEST_P(measured, windows_come_back_the_same_and_are_counted) {
    const board::Board board = board::find_board(GetParam());
    const codegen::Emission emission = tiny_model();
    const Firmware firmware = build_firmware(emission, board);
    EXPECT_GT(firmware.flash_bytes, firmware.empty_flash_bytes);
    EXPECT_LT(firmware.flash_bytes, firmware.empty_flash_bytes + 4096);
    EXPECT_GE(firmware.static_ram_bytes, 16u + 32 + 8 + 2);
    RunOptions options;
    options.want_features = options.want_layers = true;
    const target::Run run = run_firmware(firmware, emission, board, windows(50), options);
    EXPECT_EQ(run.outputs, expected_outputs(50));
    ASSERT_EQ(run.features.size(), 50 * 8 * sizeof(float));
    float feature = 0;
    std::memcpy(&feature, run.features.data() + (49 * 8 + 3) * sizeof(float), sizeof feature);
    EXPECT_EQ(feature, static_cast<float>(sample(49, 3)) * 0.5f);
    ASSERT_EQ(run.layers.size(), 50u * (8 + 2));
    EXPECT_EQ(static_cast<std::int8_t>(run.layers[49 * 10 + 8]), run.outputs[49 * 2]);
    EXPECT_EQ(run.windows, 50u);
    EXPECT_EQ(run.checked_windows, 8u);
    EXPECT_LT(run.least_instructions, run.most_instructions);
    EXPECT_GT(run.instructions, run.least_instructions);  // the first window begins with a negative sample, which takes longer
    EXPECT_EQ(run.feature_instructions + run.model_instructions, run.instructions);
    EXPECT_GT(run.stack_bytes, 8u);
    EXPECT_LT(run.stack_bytes, 512u);
    EXPECT_GT(run.cycles.expected, static_cast<double>(run.instructions) * 0.5);
    EXPECT_LE(run.cycles.low, run.cycles.expected);
    EXPECT_GE(run.cycles.high, run.cycles.expected);
    EXPECT_DOUBLE_EQ(run.latency_s, run.cycles.expected / board.clock_hz);
    ASSERT_EQ(run.by_layer.size(), 3u);
    std::uint64_t sum = 0;
    for (const LayerCount& layer : run.by_layer) {
        EXPECT_GT(layer.instructions, 0u) << layer.name;
        EXPECT_GT(layer.cycles.expected, 0) << layer.name;
        sum += layer.instructions;
    }
    EXPECT_NEAR(static_cast<double>(sum), static_cast<double>(run.instructions), 30);
}

std::vector<std::string> names() {
    std::vector<std::string> list;
    for (const board::Board& board : board::boards()) list.push_back(board.name);
    return list;
}
INSTANTIATE_TEST_SUITE_P(boards, measured, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

TEST(measure, repeats_to_the_instruction) {
    const board::Board board = board::find_board("nrf52840");
    const codegen::Emission emission = tiny_model();
    const Firmware firmware = build_firmware(emission, board);
    const auto data = windows(9);
    const auto first = run_firmware(firmware, emission, board, data, {});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(base::to_json(run_firmware(firmware, emission, board, data, {})), base::to_json(first));
}

TEST(measure, without_counting_only_the_outputs_are_filled) {
    const board::Board board = board::find_board("nrf52840");
    const codegen::Emission emission = tiny_model();
    RunOptions options;
    options.count = false;
    const target::Run run = run_firmware(build_firmware(emission, board), emission, board, windows(5), options);
    EXPECT_EQ(run.outputs, expected_outputs(5));
    EXPECT_EQ(run.instructions, 0u);
    EXPECT_TRUE(run.by_layer.empty());
}

TEST(measure, half_a_window_is_refused) {
    const board::Board board = board::find_board("nrf52840");
    const codegen::Emission emission = tiny_model();
    const std::vector<std::byte> data(24);
    EXPECT_THROW((void)run_firmware(Firmware{}, emission, board, data, {}), base::Error);
    EXPECT_THROW((void)run_firmware(Firmware{}, emission, board, {}, {}), base::Error);
}

}  // namespace
}  // namespace mote::target
