// Public models through the generator: the emitted code gives the outputs of TensorFlow Lite Micro's reference kernels, byte for byte, and
// plans no more memory than it must.
#include "codegen/emit.hpp"

#include "pipelines.hpp"
#include "toolchain.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "graph/import/tflite.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <ostream>

namespace mote::codegen {
namespace {

namespace fs = std::filesystem;

struct GoldenModel {
    const char* folder;
    const char* file;
    std::size_t arena_limit_bytes;  ///< what one inference of the plain kernels needs, features as floats included
};

void PrintTo(const GoldenModel& model, std::ostream* out) { *out << model.folder; }

constexpr const char* infer_main = R"(#include "mote_model/model.hpp"
#include <cstdio>
int main(int, char** arguments) {
    std::FILE* in = std::fopen(arguments[1], "rb");
    std::FILE* out = std::fopen(arguments[2], "wb");
    static mote_model::Input inputs[mote_model::feature_count];
    static int8_t outputs[mote_model::class_count];
    while (std::fread(inputs, sizeof inputs, 1, in) == 1) {
        if (mote_model::infer(inputs, outputs) != mote_model::Status::ok) return 1;
        std::fwrite(outputs, sizeof outputs, 1, out);
    }
    return std::fclose(out) == 0 ? 0 : 1;
}
)";

constexpr const char* bare_main = R"(#include "mote_model/model.hpp"
#include <cstdio>
int main(int, char** arguments) {
    std::FILE* in = std::fopen(arguments[1], "rb");
    std::FILE* out = std::fopen(arguments[2], "wb");
    mote_model::Model model = mote_model::static_model();
    if (model.self_test() != mote_model::Status::ok) return 2;
    while (std::fread(model.input(), mote_model::input_count * sizeof(mote_model::Input), 1, in) == 1) {
        if (model.run() != mote_model::Status::ok) return 1;
        std::fwrite(model.output(), mote_model::output_count * sizeof(mote_model::Output), 1, out);
    }
    return std::fclose(out) == 0 ? 0 : 1;
}
)";

class GoldenModels : public ::testing::TestWithParam<GoldenModel> {
  protected:
    void SetUp() override {
        const char* named = std::getenv("MOTE_SHARED");
        folder_ = (named ? fs::path(named) : base::data_folder() / ".." / "shared") / "mlperf-tiny" / GetParam().folder;
        if (fs::exists(folder_)) return;
        if (std::getenv("CI")) FAIL() << folder_ << " is absent; set MOTE_SHARED";
        GTEST_SKIP() << "skipped: " << folder_ << " is absent (MOTE_SHARED names its place)";
    }
    base::Bytes goldens(const std::string& kind) const {
        base::Bytes all;
        for (int i = 0; i < 8; ++i) {
            const base::Bytes one = base::read_file(folder_ / (kind + "_" + std::to_string(i) + ".bin"));
            all.insert(all.end(), one.begin(), one.end());
        }
        return all;
    }
    fs::path folder_;
};

TEST_P(GoldenModels, EmittedCodeGivesTheGoldenOutputs) {
    const fs::path file = folder_ / GetParam().file;
    Pipeline pipeline = testing::raw_pipeline(graph::import_tflite(base::read_file(file), file.string()));
    pipeline.labels.clear();
    const base::TemporaryFolder temporary;
    base::write_file(temporary.path() / "in", goldens("in"));
    for (const char* core : {"", "cortex-m4", "cortex-m55"}) {
        SCOPED_TRACE(core);
        pipeline.core = core;
        const Emission emission = emit(pipeline, temporary.path() / ("model" + pipeline.core));
        // Kernels for a core with the DSP extension spread windows over scratch memory, at most 16 KiB of it.
        EXPECT_LE(emission.arena_bytes, GetParam().arena_limit_bytes + (pipeline.core.empty() ? 0 : 16384));
        EXPECT_GE(emission.arena_bytes, emission.arena_lower_bound_bytes);
        RecordProperty("arena_bytes" + pipeline.core, static_cast<int>(emission.arena_bytes));
        const fs::path program = testing::link_program(emission, infer_main, testing::host_compilers().front(), {"-O1"}, temporary.path());
        testing::run_tool({program.string(), (temporary.path() / "in").string(), (temporary.path() / "out").string()});
        EXPECT_EQ(base::read_file(temporary.path() / "out"), goldens("out"));
    }
}

TEST_P(GoldenModels, AModelAloneGivesThemToo) {
    const fs::path file = folder_ / GetParam().file;
    Pipeline pipeline;
    pipeline.model = graph::import_tflite(base::read_file(file), file.string());
    pipeline.core = "cortex-m4";
    const base::TemporaryFolder temporary;
    base::write_file(temporary.path() / "in", goldens("in"));
    std::map<Optimise, std::size_t> arena;
    for (const Optimise optimise : {Optimise::speed, Optimise::size, Optimise::ram}) {
        SCOPED_TRACE(name_of(optimise));
        pipeline.optimise = optimise;
        const Emission emission = emit(pipeline, temporary.path() / std::string(name_of(optimise)));
        arena[optimise] = emission.arena_bytes;
        EXPECT_GE(emission.arena_bytes, emission.arena_lower_bound_bytes);
        EXPECT_EQ(emission.compiler_flags, std::vector<std::string>{optimise == Optimise::size ? "-Os" : "-O2"});
        const fs::path program = testing::link_program(emission, bare_main, testing::host_compilers().front(), {"-O1"}, temporary.path());
        testing::run_tool({program.string(), (temporary.path() / "in").string(), (temporary.path() / "out").string()});
        EXPECT_EQ(base::read_file(temporary.path() / "out"), goldens("out"));
    }
    EXPECT_LE(arena[Optimise::ram], arena[Optimise::speed]);
    EXPECT_LE(arena[Optimise::ram], arena[Optimise::size]);
    // Floats in front of the model are what the other form's limit includes.
    EXPECT_LE(arena[Optimise::ram], GetParam().arena_limit_bytes);
}

TEST_P(GoldenModels, PlainKernelsAndCompactCodeGiveThemToo) {
    const fs::path file = folder_ / GetParam().file;
    Pipeline pipeline;
    pipeline.model = graph::import_tflite(base::read_file(file), file.string());
    pipeline.core = "cortex-m4";
    pipeline.compact = true;
    const base::TemporaryFolder temporary;
    base::write_file(temporary.path() / "in", goldens("in"));
    const std::size_t nodes = pipeline.model.nodes.size();
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, nodes + 1}) {
        SCOPED_TRACE(step);
        pipeline.plain.clear();
        for (std::size_t n = 0; n < nodes && step <= nodes; n += step) pipeline.plain.push_back(n);
        const Emission emission = emit(pipeline, temporary.path() / std::to_string(step));
        EXPECT_EQ(emission.compiler_flags, std::vector<std::string>{"-Os"});
        const auto is_plain = [](const TracePoint& point) { return point.kernels.front().ends_with("_reference"); };
        if (step == 1) {
            EXPECT_TRUE(std::all_of(emission.trace.begin(), emission.trace.end(), is_plain));
        }
        const fs::path program = testing::link_program(emission, bare_main, testing::host_compilers().front(), {"-O1"}, temporary.path());
        testing::run_tool({program.string(), (temporary.path() / "in").string(), (temporary.path() / "out").string()});
        EXPECT_EQ(base::read_file(temporary.path() / "out"), goldens("out"));
    }
}

TEST_P(GoldenModels, AnArenaWithinALimitIsFilledWithFasterKernels) {
    const fs::path file = folder_ / GetParam().file;
    Pipeline pipeline;
    pipeline.model = graph::import_tflite(base::read_file(file), file.string());
    pipeline.core = "cortex-m4";
    const auto kernels = [](const Emission& emission) {
        std::vector<std::string> all;
        for (const TracePoint& point : emission.trace) all.insert(all.end(), point.kernels.begin(), point.kernels.end());
        return all;
    };
    const Emission fastest = plan(pipeline);
    pipeline.optimise = Optimise::ram;
    const Emission least = plan(pipeline);
    pipeline.arena_limit_bytes = fastest.arena_bytes;
    EXPECT_EQ(kernels(plan(pipeline)), kernels(fastest));
    pipeline.arena_limit_bytes = std::midpoint(least.arena_bytes, fastest.arena_bytes);
    EXPECT_LE(plan(pipeline).arena_bytes, pipeline.arena_limit_bytes);
    pipeline.arena_limit_bytes = least.arena_bytes - 1;
    try {
        (void)plan(pipeline);
        FAIL() << "a plan within too little";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.message(), "the least arena found has " + std::to_string(least.arena_bytes) + " bytes, 1 more than the limit of " +
                                       std::to_string(least.arena_bytes - 1));
    }
}

INSTANTIATE_TEST_SUITE_P(Mlperf, GoldenModels,
                         ::testing::Values(GoldenModel{"kws", "kws_int8.tflite", 10048}, GoldenModel{"ic", "ic_int8.tflite", 33312},
                                           GoldenModel{"ad", "ad_int8.tflite", 2560}),
                         [](const auto& info) { return std::string(info.param.folder); });

}  // namespace
}  // namespace mote::codegen
