// Every signal block and every learner there is, through the generator: the emitted code gives the host's bytes.
#include "parity.hpp"
#include "pipelines.hpp"
#include "small_networks.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "compress/quantise.hpp"
#include "graph/isa.hpp"
#include "learn/learner.hpp"

namespace mote::codegen {
namespace {

dsp::InputSpec audio() {
    dsp::InputSpec input;
    input.type = store::SampleType::i16, input.channels = {"audio"}, input.rate_hz = 16000, input.frames = 4000;
    return input;
}

dsp::InputSpec motion() {
    dsp::InputSpec input;
    input.channels = {"accX", "accY", "accZ"}, input.rate_hz = 50, input.frames = 128;
    return input;
}

dsp::InputSpec picture() {
    dsp::InputSpec input;
    input.type = store::SampleType::u8, input.channels = {"red", "green", "blue"}, input.frames = 24 * 20, input.height = 24,
    input.width = 20;
    return input;
}

/// The block over the first of the inputs that it takes.
Pipeline pipeline_of(const dsp::BlockType& type) {
    Pipeline p;
    p.block = type.name;
    p.block_parameters = dsp::resolve_parameters(type, base::Json::object());
    std::string refusals;
    for (const dsp::InputSpec& input : {audio(), motion(), picture()}) {
        try {
            const auto block = type.prepare(p.block_parameters, input);
            p.input = input;
            testing::NetworkBuilder b("behind_" + p.block, {1, static_cast<int>(block->output().count())}, 3);
            int x = b.dense(b.standardise(), 16, "relu");
            p.model = b.finish(b.softmax(b.dense(x, 4, "none")));
            return p;
        } catch (const base::Error& error) {
            refusals += error.message() + "\n";
        }
    }
    throw base::Error("internal", p.block + " takes none of the inputs:\n" + refusals, "add an input that it takes");
}

TEST(Catalogue, EveryBlockRunsInEmittedCode) {
    for (const dsp::BlockType* type : dsp::block_types()) {
        SCOPED_TRACE(type->name);
        const Pipeline pipeline = pipeline_of(*type);
        const base::TemporaryFolder temporary;
        const Emission emission = emit(pipeline, temporary.path() / "model");
        testing::expect_same_bytes(pipeline, emission, testing::host_compilers().front(), 4, 20);
        if (!testing::have("arm-none-eabi-g++")) continue;
        Emission features = emission;
        features.sources = {"src/features.cpp"};
        auto flags = testing::warning_flags();
        flags.insert(flags.end(), {"-O2", "-std=c++14", "-fno-exceptions", "-fno-rtti"});
        testing::compile(features, testing::arm_compilers().front(), flags, temporary.path() / "m0plus");
    }
}

TEST(Catalogue, EveryLearnersNetworkRunsInEmittedCode) {
    for (const learn::LearnerType* type : learn::learner_types()) {
        SCOPED_TRACE(type->name);
        base::Random random(11);
        // A short log-mel spectrogram of noise stands for every kind of feature.
        Pipeline p;
        p.input = audio();
        p.block = "mfe";
        const dsp::BlockType& block_type = dsp::find_block_type("mfe");
        p.block_parameters = dsp::resolve_parameters(block_type, base::Json::object());
        const std::vector<int> shape = block_type.prepare(p.block_parameters, p.input)->output().shape;
        std::vector<float> calibration;
        constexpr std::size_t examples = 24;
        for (const base::Bytes& window : testing::random_windows(p.input, examples, 8)) {
            const auto features = testing::features_of(p, window);
            calibration.insert(calibration.end(), features.begin(), features.end());
        }
        const graph::Graph untrained = type->build(type->defaults(), shape, 6, {}, random);
        p.model = compress::quantise(untrained, calibration, examples);
        const base::TemporaryFolder temporary;
        testing::Compiler plain{"g++", {"g++"}, ""}, as_m4{"g++", {"g++"}, "cortex-m4"}, avx2{"g++", {"g++", "-mavx2"}, "x86-64-v3"};
        std::vector<testing::Compiler> compilers = {plain, as_m4, testing::aarch64()};
        if (graph::host_isa() == graph::Isa::avx2) compilers.push_back(avx2);
        for (const testing::Compiler& compiler : compilers) {
            SCOPED_TRACE(compiler.core);
            p.core = compiler.core;
            const Emission emission = emit(p, temporary.path() / ("model" + p.core));
            testing::expect_same_bytes(p, emission, compiler, 3);
        }
    }
}

}  // namespace
}  // namespace mote::codegen
