// Emitted folders: what they hold, and that what they compute is what the host computes.
#include "codegen/emit.hpp"

#include "parity.hpp"
#include "pipelines.hpp"
#include "small_networks.hpp"
#include "toolchain.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "graph/build.hpp"

#include <map>

namespace mote::codegen {
namespace {

namespace fs = std::filesystem;
using testing::Compiler;

std::map<std::string, std::string> tree_of(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).generic_string()] = base::read_text(entry.path());
    return files;
}

struct Case {
    std::string name;
    Pipeline pipeline;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    all.push_back({"dense", testing::raw_pipeline(testing::dense_network(90, 5, 1))});
    all.push_back({"conv_1d", testing::raw_pipeline(testing::conv_1d_network(50, 3, 4, 2))});
    all.push_back({"ds_cnn", testing::raw_pipeline(testing::ds_cnn_network(25, 10, 12, 3))});
    all.push_back({"odd", testing::raw_pipeline(testing::odd_network(7 * 11, 4))});
    all.push_back({"i16", testing::raw_pipeline(testing::dense_network(33, 3, 5, 0.002f), store::SampleType::i16)});
    all.push_back({"u8", testing::raw_pipeline(testing::ds_cnn_network(14, 14, 10, 6, 1.0f / 255, -128), store::SampleType::u8)});
    all.push_back({"still", testing::raw_pipeline(testing::still_network(17, 13, 4, 8))});
    all.push_back({"audio", testing::audio_pipeline(12, 7)});
    return all;
}

TEST(Emit, TheHostComputesTheSameBytesLayerByLayer) {
    for (const Case& c : cases()) {
        SCOPED_TRACE(c.name);
        const base::TemporaryFolder temporary;
        for (const char* core : {"", "cortex-m4"}) {
            SCOPED_TRACE(core);
            Pipeline pipeline = c.pipeline;
            pipeline.core = core;
            const Emission emission = emit(pipeline, temporary.path() / ("model" + pipeline.core));
            testing::expect_same_bytes(pipeline, emission, testing::host_compilers().front(), 20);
        }
    }
}

TEST(Emit, LayersThatDifferInZeroPointsAloneShareAFunction) {
    testing::NetworkBuilder b("twins", {1, 12, 10}, 9);
    int x = b.reshape(b.input(), {1, 12, 10, 1});
    x = b.conv_2d(x, 8, 3, 3, 1, "same", "none");
    for (int i = 0; i < 3; ++i) x = b.conv_2d(x, 8, 1, 1, 1, "same", "none");
    x = b.conv_2d(x, 8, 1, 1, 2, "same", "none");
    Pipeline pipeline = testing::raw_pipeline(b.finish(b.softmax(b.dense(b.mean(x), 4, "none"))));
    const base::TemporaryFolder temporary;
    const auto calls = [&](const char* what) {
        const Emission emission = emit(pipeline, temporary.path() / pipeline.core / (pipeline.compact ? "compact" : "fast"));
        testing::expect_same_bytes(pipeline, emission, testing::host_compilers().front(), 3);
        const std::string text = base::read_text(emission.folder / "src" / "model.cpp");
        std::size_t count = 0;
        for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++count;
        return count;
    };
    for (const char* core : {"cortex-m4", "cortex-m0"}) {
        SCOPED_TRACE(core);
        const std::string kernel = std::string(core) == "cortex-m4" ? "conv_2d_arm_dsp" : "conv_2d_pixel_pairs";
        pipeline.core = core, pipeline.compact = false;
        // Where a factor is split in two, layers may differ in where.
        EXPECT_GE(calls(("    " + kernel + "_1(").c_str()), 2u);
        pipeline.compact = true;
        EXPECT_EQ(calls(("    " + kernel + "_1(").c_str()), 5u);
    }
}

// As a converter leaves a recurrent layer that it has unrolled: each step multiplies by the same tensors.
TEST(Emit, WeightsOfSeveralLayersAreDefinedOnce) {
    const auto of_steps = [](int steps, const char* core, Optimise optimise) {
        testing::NetworkBuilder b("steps", {1, 64}, 5);
        int x = b.input();
        for (int i = 0; i < steps; ++i) x = b.dense(x, 64, "none");
        graph::Graph g = b.finish(x);
        for (graph::Node& node : g.nodes) node.inputs = {node.inputs[0], g.nodes[0].inputs[1], g.nodes[0].inputs[2]};
        graph::remove_unused_tensors(g);
        Pipeline pipeline = testing::raw_pipeline(std::move(g));
        pipeline.core = core, pipeline.optimise = optimise;
        return pipeline;
    };
    const base::TemporaryFolder temporary;
    // Kernels for vectors have each channel's weights and bias in one table.
    for (const char* core : {"", "cortex-m0", "cortex-m4"})
        for (const Optimise optimise : {Optimise::speed, Optimise::size}) {
            SCOPED_TRACE(std::string(core) + ", " + std::string(name_of(optimise)));
            const Emission one = plan(of_steps(1, core, optimise));
            const Pipeline pipeline = of_steps(5, core, optimise);
            const Emission five = emit(pipeline, temporary.path() / (std::string(name_of(optimise)) + core));
            testing::expect_same_bytes(pipeline, five, testing::host_compilers().front(), 3);
            // Bias and factors differ with the scale of what comes in, 4 to 36 bytes a channel; 4,096 weights do not.
            EXPECT_LT(five.constant_bytes, one.constant_bytes + 4 * 64 * 36);
            EXPECT_GE(one.constant_bytes, 4096u);
        }
}

TEST(Emit, SaysWhichChannelsItLeavesOut) {
    const base::TemporaryFolder temporary;
    const Emission emission = emit(testing::raw_pipeline(testing::still_network(17, 13, 4, 8)), temporary.path() / "model");
    ASSERT_FALSE(emission.dropped.empty());
    EXPECT_EQ(emission.dropped.front().op, "conv_2d");
    EXPECT_EQ(emission.dropped.front().of, 12);
    const std::string said = "1 of 12 channels left out: no output depends on them";
    EXPECT_NE(base::read_text(temporary.path() / "model" / "src" / "model.cpp").find(said), std::string::npos);
    EXPECT_NE(base::read_text(temporary.path() / "model" / "README.md").find(said), std::string::npos);
}

TEST(Emit, IsDeterministicAndNamesNoPath) {
    const Pipeline pipeline = testing::raw_pipeline(testing::ds_cnn_network(25, 10, 12, 3));
    const base::TemporaryFolder temporary;
    emit(pipeline, temporary.path() / "one");
    emit(pipeline, temporary.path() / "two" / "deeper");
    const auto one = tree_of(temporary.path() / "one");
    EXPECT_EQ(one, tree_of(temporary.path() / "two" / "deeper"));
    for (const auto& [name, text] : one) {
        EXPECT_EQ(text.find(temporary.path().string()), std::string::npos) << name;
        EXPECT_EQ(text.find(base::data_folder().string()), std::string::npos) << name;
        for (const std::string& line : base::split(text, '\n')) EXPECT_LE(line.size(), 400u) << name;
    }
}

TEST(Emit, CompilesWithoutAWarningEverywhere) {
    Pipeline pipeline = testing::raw_pipeline(testing::odd_network(7 * 11, 4));
    const base::TemporaryFolder temporary;
    std::vector<Compiler> compilers = testing::arm_compilers();
    for (const Compiler& c : testing::host_compilers()) compilers.push_back(c);
    const char* standards[] = {"-std=c++14", "-std=gnu++14", "-std=c++17", "-std=c++20"};
    std::size_t turn = 0;
    for (const Compiler& compiler : compilers) {
        if (!testing::have(compiler.command.front())) continue;
        SCOPED_TRACE(compiler.name);
        pipeline.core = compiler.core;
        const Emission emission = emit(pipeline, temporary.path() / ("model for " + compiler.name));
        auto flags = testing::warning_flags();
        for (const std::string& flag : testing::device_flags()) flags.push_back(flag);
        flags.push_back("-O2");
        flags.push_back(standards[turn++ % std::size(standards)]);
        testing::compile(emission, compiler, flags, temporary.path() / compiler.name);
    }
}

}  // namespace
}  // namespace mote::codegen
