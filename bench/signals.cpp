// What each block of the catalogue costs on the emulated nRF52840 for one window: exact instructions of the features, as the firmware runs
// them before a small network, and whether their bytes are the host's. One line a block, of words and numbers, for signals.sh to judge.
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "codegen/emit.hpp"
#include "compress/quantise.hpp"
#include "learn/learner.hpp"
#include "target/measure.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>

namespace {

using namespace mote;

/// One second of what the block is for: 16 kHz sound, 128 Hz acceleration, or one picture.
dsp::InputSpec input_for(std::string_view block) {
    dsp::InputSpec input;
    if (block == "image") {
        input.type = store::SampleType::u8, input.channels = {"grey"};
        input.height = input.width = 48, input.frames = input.height * input.width;
    } else if (block == "mfe" || block == "mfcc" || block == "spectrogram") {
        input.type = store::SampleType::i16, input.channels = {"audio"};
        input.rate_hz = 16000, input.frames = 16000;
    } else {
        input.type = store::SampleType::f32, input.channels = {"accX", "accY", "accZ"};
        input.rate_hz = 128, input.frames = 128;
    }
    return input;
}

std::string describe(const dsp::InputSpec& input) {
    if (input.height > 0) return std::to_string(input.height) + "x" + std::to_string(input.width);
    return std::to_string(input.frames) + "x" + std::to_string(input.channels.size());
}

/// A tone in noise, from a fixed seed.
base::Bytes window_of(const dsp::InputSpec& input, std::uint64_t seed) {
    base::Random random(seed);
    base::Bytes bytes(input.size_bytes());
    for (std::size_t i = 0; i < input.value_count(); ++i) {
        const double value = 0.5 * std::sin(static_cast<double>(i) * 0.07) + 0.1 * random.normal();
        const auto put = [&](auto sample) { std::memcpy(bytes.data() + i * sizeof sample, &sample, sizeof sample); };
        if (input.type == store::SampleType::i16)
            put(static_cast<std::int16_t>(value * 8000));
        else if (input.type == store::SampleType::u8)
            put(static_cast<std::uint8_t>(128 + value * 100));
        else
            put(static_cast<float>(value * 9.81));
    }
    return bytes;
}

std::vector<float> features_of(const dsp::Block& block, const base::Bytes& window) {
    std::vector<float> features(block.output().count());
    std::vector<double> scratch(block.scratch_bytes() / sizeof(double) + 1);
    block.compute(window.data(), features, scratch.data());
    return features;
}

codegen::Pipeline pipeline_of(const dsp::BlockType& type, const dsp::InputSpec& input, const board::Board& board) {
    codegen::Pipeline pipeline;
    pipeline.input = input, pipeline.block = type.name, pipeline.core = board.core;
    pipeline.block_parameters = dsp::resolve_parameters(type, base::Json::object());
    const auto block = type.prepare(pipeline.block_parameters, input);
    const learn::LearnerType& dense = learn::find_learner_type("dense");
    base::Json parameters = dense.defaults();
    parameters["hidden"] = {4};
    const graph::Graph network = dense.build(parameters, block->output().shape, 2, {}, base::Random(1));
    std::vector<float> rows;
    constexpr std::size_t calibration_windows = 4;
    for (std::size_t i = 0; i < calibration_windows; ++i) {
        const std::vector<float> row = features_of(*block, window_of(input, i));
        rows.insert(rows.end(), row.begin(), row.end());
    }
    pipeline.model = compress::quantise(network, rows, calibration_windows, {});
    return pipeline;
}

void measure(const dsp::BlockType& type, const board::Board& board) {
    const dsp::InputSpec input = input_for(type.name);
    const codegen::Pipeline pipeline = pipeline_of(type, input, board);
    const auto block = type.prepare(pipeline.block_parameters, input);
    const base::TemporaryFolder temporary("mote-bench");
    const codegen::Emission emission = codegen::emit(pipeline, temporary.path() / "model");
    const base::Bytes window = window_of(input, 99);
    target::RunOptions options;
    options.want_features = true;
    const target::Run run = target::run_firmware(target::build_firmware(emission, board), emission, board, window, options);
    const std::vector<float> host = features_of(*block, window);
    const auto bytes = std::as_bytes(std::span(host));
    std::size_t differing = run.features.size() == bytes.size() ? 0 : bytes.size();
    for (std::size_t i = 0; differing == 0 && i < bytes.size(); ++i) differing += run.features[i] != bytes[i];
    const dsp::DeviceCode code = block->device_code("features_");
    std::printf("%s %s %zu %llu %.0f %zu %zu %zu\n", std::string(type.name).c_str(), describe(input).c_str(), host.size(),
                static_cast<unsigned long long>(run.feature_instructions), run.by_layer.front().cycles.expected, code.scratch_bytes,
                code.table_bytes, differing);
    std::fflush(stdout);
}

}  // namespace

int main() {
    try {
        const board::Board board = board::find_board("nrf52840");
        for (const dsp::BlockType* type : dsp::block_types()) measure(*type, board);
        return 0;
    } catch (const base::Error& error) {
        std::fprintf(stderr, "error: %s\n  try: %s\n", error.message().c_str(), error.hint().c_str());
        return 1;
    }
}
