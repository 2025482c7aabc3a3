// The reference kernels against the outputs of the public reference kernels, every layer, byte for byte.
#include "graph/import/tflite.hpp"
#include "graph/operator.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace mote::graph {
namespace {

std::filesystem::path shared_folder() {
    if (const char* folder = std::getenv("MOTE_SHARED")) return folder;
    return std::filesystem::path(MOTE_SOURCE_FOLDER).parent_path() / "shared";
}

class Golden : public ::testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        folder_ = shared_folder() / "mlperf-tiny" / GetParam();
        if (std::filesystem::exists(folder_)) return;
        if (std::getenv("CI")) FAIL() << folder_ << " is absent; set MOTE_SHARED";
        GTEST_SKIP() << "skipped: " << folder_ << " is absent (MOTE_SHARED names its place)";
    }
    std::filesystem::path folder_;
};

TEST_P(Golden, EveryLayerOfEveryInputIsBitExact) {
    const std::string model = std::string(GetParam()) + "_int8.tflite";
    const Graph graph = import_tflite(base::read_file(folder_ / model), model);
    const Graph stored = deserialise(serialise(graph), model);
    Evaluator evaluator(stored), fastest(stored, HostKernels::fastest);
    for (int i = 0; i < 8; ++i) {
        const std::string number = std::to_string(i) + ".bin";
        const base::Bytes input = base::read_file(folder_ / ("in_" + number)), layers = base::read_file(folder_ / ("layers_" + number));
        const auto output = evaluator.run(input);
        (void)fastest.run(input);
        EXPECT_EQ(base::Bytes(output.begin(), output.end()), base::read_file(folder_ / ("out_" + number)));
        std::size_t at = 0;
        for (const Node& node : stored.nodes) {
            const auto bytes = evaluator.tensor(node.outputs.front()), same = fastest.tensor(node.outputs.front());
            EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), same.begin(), same.end())) << "this machine's vectors, " << node.name;
            ASSERT_LE(at + bytes.size(), layers.size());
            EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), layers.begin() + static_cast<std::ptrdiff_t>(at)))
                << "input " << i << ", " << node.op << " " << node.name;
            at += bytes.size();
        }
        EXPECT_EQ(at, layers.size());
    }
}

INSTANTIATE_TEST_SUITE_P(MlperfTiny, Golden, ::testing::Values("kws", "ic", "ad"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Golden, MacsOfPublishedModels) {
    const auto folder = shared_folder() / "mlperf-tiny";
    if (!std::filesystem::exists(folder)) {
        if (std::getenv("CI")) FAIL() << folder << " is absent; set MOTE_SHARED";
        GTEST_SKIP() << "skipped: " << folder << " is absent";
    }
    const auto macs = [&](const std::string& name) {
        return count_macs(import_tflite(base::read_file(folder / name / (name + "_int8.tflite")), name));
    };
    EXPECT_EQ(macs("kws"), 2656768u);
    EXPECT_EQ(macs("ad"), 264192u);
}

}  // namespace
}  // namespace mote::graph
