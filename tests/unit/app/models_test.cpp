// Model files through the verbs: what they compute is what the public reference kernels compute, layer by layer.
#include "app/verb.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "graph/export_format.hpp"
#include "graph/import_format.hpp"
#include "graph/operator.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace {

using namespace mote;
namespace fs = std::filesystem;

const app::Verb& verb_named(std::string_view name) {
    for (const app::Verb* verb : app::verbs())
        if (verb->name == name) return *verb;
    throw base::Error("not_found", "no verb " + std::string(name));
}

base::Json call(std::string_view verb, const base::Json& request) {
    static base::Progress progress;
    static base::Cancel cancel;
    app::Context context{".", &progress, &cancel};
    return verb_named(verb).run(request, context);
}

class GoldenModel : public testing::TestWithParam<std::string> {
  protected:
    void SetUp() override {
        const char* named = std::getenv("MOTE_SHARED");
        folder_ = (named ? fs::path(named) : base::data_folder() / ".." / "shared") / "mlperf-tiny" / GetParam();
        if (fs::exists(folder_)) return;
        if (std::getenv("CI")) FAIL() << folder_ << " is absent; set MOTE_SHARED";
        GTEST_SKIP() << "skipped: " << folder_ << " is absent (MOTE_SHARED names its place)";
    }
    std::string model() const { return (folder_ / (GetParam() + "_int8.tflite")).string(); }
    base::Bytes all(const std::string& kind) const {
        base::Bytes bytes;
        for (int i = 0; i < 8; ++i) {
            const base::Bytes one = base::read_file(folder_ / (kind + "_" + std::to_string(i) + ".bin"));
            bytes.insert(bytes.end(), one.begin(), one.end());
        }
        return bytes;
    }
    fs::path folder_;
    base::TemporaryFolder work_;
    std::string file(const char* name) const { return (work_.path() / name).string(); }
};

TEST_P(GoldenModel, InferGivesEveryOperatorsOutputOfTheReferenceKernels) {
    base::write_file(file("in"), all("in"));
    const base::Json response =
        call("infer", {{"model", model()}, {"input", file("in")}, {"output", file("out")}, {"layers", file("layers")}});
    EXPECT_EQ(response.at("inferences"), 8);
    EXPECT_EQ(base::read_file(file("out")), all("out"));
    EXPECT_EQ(base::read_file(file("layers")), all("layers"));
}

TEST_P(GoldenModel, ExportedAndReadAgainGivesTheSameLayers) {
    base::write_file(file("in"), all("in"));
    (void)call("export", {{"model", model()}, {"out", file("again.tflite")}});
    (void)call("infer", {{"model", file("again.tflite")}, {"input", file("in")}, {"output", file("out")}, {"layers", file("layers")}});
    EXPECT_EQ(base::read_file(file("out")), all("out"));
    EXPECT_EQ(base::read_file(file("layers")), all("layers"));
}

TEST_P(GoldenModel, EveryCoreGivesTheSameBytesInEveryTensor) {
    base::write_file(file("in"), base::read_file(folder_ / "in_3.bin"));
    // One board of each core: M0+, M3, M4, M7, M33, M55. What does not fit one of them is counted on the core with more memory.
    for (const char* board : {"rp2040", "stm32f103", "nrf52840", "stm32h7a3", "stm32u575", "corstone300"}) {
        SCOPED_TRACE(board);
        const base::Json response = call("infer", {{"model", model()}, {"input", file("in")}, {"output", file("out")}, {"on", board}});
        EXPECT_EQ(base::read_file(file("out")), base::read_file(folder_ / "out_3.bin"));
        EXPECT_GT(response.at("compared_layers"), 1000);
        EXPECT_EQ(response.at("differing_layers"), 0);
        EXPECT_EQ(response.at("differing_outputs"), 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Mlperf, GoldenModel, testing::Values("kws", "ic", "ad"), [](const auto& info) { return info.param; });

std::string message_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const base::Error& error) {
        return error.code() + ": " + error.message() + " | " + error.hint();
    }
    return "accepted";
}

TEST(Models, SmallFilesSurviveBeingWrittenAndRead) {
    for (const char* name : {"int8", "float"}) {
        const fs::path file = base::data_folder() / "fuzz" / "corpus" / "tflite" / name;
        const graph::Graph first = graph::import_model(base::read_file(file), name).graph;
        const base::Bytes written = graph::export_format_of("x.tflite").write(first);
        EXPECT_EQ(written, graph::export_format_of("x.tflite").write(first));
        const graph::Graph second = graph::import_model(written, "again").graph;
        base::Bytes input(first.input().size_bytes());
        for (std::size_t i = 0; i < input.size(); ++i)
            input[i] = std::byte(first.input().type == graph::Type::f32 && i % 4 == 3 ? 0x3f : i * 37);
        graph::Evaluator one(first), two(second);
        const auto a = one.run(input), b = two.run(input);
        EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end())) << name;
    }
}

TEST(Models, ErrorsNameFileTensorAndWhatToDo) {
    const base::TemporaryFolder work;
    const std::string model = (base::data_folder() / "fuzz" / "corpus" / "tflite" / "int8").string();
    const std::string input = (work.path() / "in.bin").string(), output = (work.path() / "out.bin").string();
    base::write_file(input, base::Bytes(7));
    const std::string size = message_of([&] { (void)call("infer", {{"model", model}, {"input", input}, {"output", output}}); });
    EXPECT_NE(size.find("in.bin: 7 bytes are no whole number of inferences"), std::string::npos) << size;
    EXPECT_NE(size.find("write each inference as i8 [1, "), std::string::npos) << size;
    EXPECT_FALSE(fs::exists(output));
    const std::string missing = message_of([&] { (void)call("profile", {{"model", "none.tflite"}, {"target", {"nrf52840"}}}); });
    EXPECT_EQ(missing, "not_found: there is no model file none.tflite | name a model file, or the beginning of a run's id");
    const std::string ending = message_of([&] { (void)call("export", {{"model", model}, {"out", "x.pb"}}); });
    EXPECT_NE(ending.find("usage: x.pb: models are not written in a format with this ending"), std::string::npos) << ending;
}

}  // namespace
