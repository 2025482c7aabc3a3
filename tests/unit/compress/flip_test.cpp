// A model file with one bit other than it was: read as a model that runs, or refused with words; of one in fifty, every kernel is chosen
// too. The sanitizers watch. Every 97th bit each time; all of them with MOTE_FLIP_STEP=1 in the environment of test_compress.
#include "fuzz/graph.hpp"

#include "compress/quantise.hpp"
#include "graph/build.hpp"
#include "graph/export_format.hpp"
#include "graph/import_format.hpp"
#include "graph/models.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace mote::compress {
namespace {

using graph::Graph;

/// A small network for images with about 16,000 weights.
Graph network() {
    base::Random random(5);
    Graph g;
    g.name = "flipped";
    const auto constant = [&](const std::string& name, const std::vector<int>& shape) {
        return graph::testing::random_constant(g, random, name, shape, 0.5);
    };
    int y = graph::add_input(g, "image", {1, 12, 12, 2});
    y = graph::append(g, "conv_2d", "conv", {y, constant("conv/w", {16, 3, 3, 2}), constant("conv/b", {16})},
                      {{"stride_h", 2}, {"stride_w", 2}, {"padding", "same"}, {"activation", "relu"}});
    const int skip = y;
    y = graph::append(g, "depthwise_conv_2d", "depthwise", {y, constant("depthwise/w", {1, 3, 3, 16}), constant("depthwise/b", {16})},
                      {{"padding", "same"}, {"activation", "relu6"}});
    y = graph::append(g, "add", "add", {skip, y});
    y = graph::append(g, "max_pool_2d", "pool", {y}, {{"kernel_h", 2}, {"kernel_w", 2}, {"stride_h", 2}, {"stride_w", 2}});
    y = graph::append(g, "reshape", "flat", {y}, {{"shape", {1, 144}}});
    y = graph::append(g, "dense", "hidden", {y, constant("hidden/w", {104, 144}), constant("hidden/b", {104})}, {{"activation", "relu"}});
    y = graph::append(g, "dense", "scores", {y, constant("scores/w", {4, 104}), constant("scores/b", {4})});
    y = graph::append(g, "softmax", "softmax", {y});
    g.outputs = {y};
    const auto features = graph::testing::random_values(random, 10 * g.input().count(), 2.0);
    return quantise(g, features, 10, {"minmax", "off", 10});
}

class Flips : public ::testing::TestWithParam<const graph::ExportFormat*> {};

TEST_P(Flips, AreRefusedOrRun) {
    const char* wanted = std::getenv("MOTE_FLIP_STEP");
    const std::size_t step = wanted ? std::max<std::size_t>(1, std::strtoul(wanted, nullptr, 10)) : 97;
    base::Bytes file = GetParam()->write(network());
    ASSERT_GT(file.size(), 18'000u);
    ASSERT_LT(file.size(), 26'000u);
    std::size_t read = 0, refused = 0;
    for (std::size_t bit = 0; bit < 8 * file.size(); bit += step) {
        const auto mask = static_cast<std::byte>(1u << bit % 8);
        file[bit / 8] ^= mask;
        try {
            const Graph graph = graph::import_model(file, "flipped" + GetParam()->extensions.front()).graph;
            if (bit / step % 50 == 0)
                fuzz::require_usable(graph);
            else
                fuzz::require_runnable(graph);
            ++read;
        } catch (const base::Error& error) {
            fuzz::require_readable(error);
            ++refused;
        }
        file[bit / 8] ^= mask;
    }
    std::printf("%s: %zu bytes, %zu flips read and run, %zu refused\n", std::string(GetParam()->name).c_str(), file.size(), read, refused);
    EXPECT_GT(read, 0u);
    EXPECT_GT(refused, 0u);
}

INSTANTIATE_TEST_SUITE_P(Formats, Flips, ::testing::ValuesIn(graph::export_formats().begin(), graph::export_formats().end()),
                         [](const auto& info) { return std::string(info.param->name); });

}  // namespace
}  // namespace mote::compress
