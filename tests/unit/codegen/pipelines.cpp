#include "pipelines.hpp"

#include "small_networks.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::codegen::testing {

namespace {

void finish(Pipeline& p) {
    for (std::size_t i = 0; i < p.model.output().count(); ++i) p.labels.push_back("class " + std::to_string(i));
    p.provenance = {{"run", "0123abcd"}};
}

}  // namespace

Pipeline raw_pipeline(graph::Graph model, store::SampleType type) {
    Pipeline p;
    p.input.type = type;
    p.input.channels = {"accX"};
    p.input.rate_hz = 50;
    p.input.frames = model.input().count();
    p.block = "raw";
    p.block_parameters = dsp::resolve_parameters(dsp::find_block_type("raw"), base::Json::object());
    p.model = std::move(model);
    finish(p);
    return p;
}

Pipeline audio_pipeline(int classes, std::uint64_t seed) {
    Pipeline p;
    p.input.type = store::SampleType::i16;
    p.input.channels = {"audio"};
    p.input.rate_hz = 16000;
    p.input.frames = 16000;
    p.block = "mfe";
    const dsp::BlockType& type = dsp::find_block_type("mfe");
    p.block_parameters = dsp::resolve_parameters(type, base::Json::object());
    const std::vector<int> shape = type.prepare(p.block_parameters, p.input)->output().shape;
    // Log-mel features lie in about [0, 1].
    p.model = ds_cnn_network(shape.at(0), shape.at(1), classes, seed, 1.0f / 200, -100);
    finish(p);
    return p;
}

std::vector<base::Bytes> random_windows(const dsp::InputSpec& input, std::size_t count, std::uint64_t seed) {
    base::Random random(seed);
    std::vector<base::Bytes> windows(count, base::Bytes(input.size_bytes()));
    for (auto& window : windows) {
        const double loudness = std::pow(10, random.uniform(0, 3.9));
        for (std::size_t i = 0; i < input.value_count(); ++i) {
            const auto put = [&](auto sample) { std::memcpy(window.data() + i * sizeof sample, &sample, sizeof sample); };
            switch (input.type) {
                case store::SampleType::i16:
                    put(static_cast<std::int16_t>(std::clamp(random.normal() * loudness, -32768.0, 32767.0)));
                    break;
                case store::SampleType::u8:
                    put(static_cast<std::uint8_t>(random.below(256)));
                    break;
                case store::SampleType::f32:
                    put(static_cast<float>(random.normal() * 2.5));
                    break;
            }
        }
    }
    return windows;
}

std::vector<float> features_of(const Pipeline& pipeline, const base::Bytes& window) {
    const auto block = dsp::find_block_type(pipeline.block).prepare(pipeline.block_parameters, pipeline.input);
    std::vector<float> features(block->output().count());
    std::vector<double> scratch(block->scratch_bytes() / sizeof(double) + 1);
    block->compute(window.data(), features, scratch.data());
    return features;
}

}  // namespace mote::codegen::testing
