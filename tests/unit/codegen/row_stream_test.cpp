// Bands of rows: every row is computed once, from rows that are there, and what is emitted gives the host's bytes.
#include "codegen/row_stream.hpp"

#include "parity.hpp"
#include "pipelines.hpp"
#include "small_networks.hpp"
#include "toolchain.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "graph/operator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace mote::codegen {
namespace {

using graph::Graph;
using graph::Node;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// Runs a stream of plain kernels over labels instead of values: each byte of memory knows which row of which tensor it holds.
class Rehearsal {
  public:
    Rehearsal(const Graph& graph, const RowStream& stream) : graph_(graph), stream_(stream) {
        const int output = graph.nodes[stream.range.last].outputs.front();
        // The output begins before the input by the distance that the stream states, as the arena may have it.
        const std::size_t in_bytes = size_of(stream.input), out_bytes = size_of(output);
        memory_.assign(std::max(out_bytes, stream.distance_bytes + in_bytes), -1);
        for (std::size_t i = 0; i < in_bytes; ++i) memory_[stream.distance_bytes + i] = label(stream.input, i / row_bytes(stream.input));
        base_ = {{stream.input, stream.distance_bytes}, {output, 0}};
        for (const auto& [tensor, bytes] : stream.held) {
            base_[tensor] = memory_.size();
            end_[tensor] = memory_.size() + bytes;
            memory_.resize(memory_.size() + bytes, -1);
        }
    }

    void run() {
        for (const BandRun& run : stream_.runs)
            for (std::size_t band = 0; band < run.count; ++band)
                for (const BandItem& item : run.items) item.kept_bytes > 0 ? keep(item) : call(item, band);
        const int output = graph_.nodes[stream_.range.last].outputs.front();
        EXPECT_EQ(done_[output], graph_.tensors[at(output)].shape[1]);
        for (std::size_t i = 0; i < size_of(output); ++i) ASSERT_EQ(memory_[i], label(output, i / row_bytes(output)));
    }

  private:
    std::size_t row_bytes(int tensor) const { return size_of(tensor) / at(graph_.tensors[at(tensor)].shape[1]); }
    std::size_t size_of(int tensor) const { return graph_.tensors[at(tensor)].size_bytes(); }
    static long label(int tensor, std::size_t row) { return 100000L * tensor + static_cast<long>(row); }

    void keep(const BandItem& item) {
        const std::size_t base = base_[item.output.tensor];
        ASSERT_LE(base + item.output.offset + item.kept_bytes, end_[item.output.tensor]);
        for (std::size_t i = 0; i < item.kept_bytes; ++i) memory_[base + i] = memory_[base + item.output.offset + i];
    }

    void call(const BandItem& item, std::size_t band) {
        const Node& node = graph_.nodes[item.node];
        std::map<std::string, int> p;
        for (const auto& [name, value] : stream_.plans[item.plan].calls.front().values) p[std::string(name)] = value;
        const bool turned = is_turned(node);
        const std::string along = turned ? "_w" : "_h", above = turned ? "pad_left" : "pad_top";
        const int y = node.outputs.front(), from = done_[y];
        const bool slides = p.count("in_h") > 0;
        // One output of all rows that there are is a dense layer.
        const bool is_dense = !slides && p.count("in_c") > 0;
        const int stride = slides ? p["stride" + along] : is_dense ? node.attributes.value("stride_h", 1) : 1;
        const int out_rows = slides ? p["out" + along] : is_dense ? 1 : static_cast<int>(at(p["count"]) / row_bytes(y));
        const int in_rows = slides     ? p["in" + along]
                            : is_dense ? static_cast<int>(at(p["in_c"]) / row_bytes(item.inputs.front().tensor))
                                       : out_rows;
        const int pad = whole(node, above), first = std::max(0, from * stride - pad);
        if (slides) {
            EXPECT_EQ(p[above], std::max(0, pad - from * stride));
            // Every row that the last window reaches, unless it is padding below the input.
            const int reach = (from + out_rows - 1) * stride - pad + p["kernel" + along];
            EXPECT_EQ(first + in_rows, std::min(reach, graph_.tensors[at(item.inputs.front().tensor)].shape[1]));
        }
        for (const BandPlace& place : item.inputs) {
            const std::size_t begin = base_[place.tensor] + place.offset + band * place.step_bytes;
            for (std::size_t i = 0; i < at(in_rows) * row_bytes(place.tensor); ++i)
                ASSERT_EQ(memory_[begin + i], label(place.tensor, at(first) + i / row_bytes(place.tensor))) << node.name;
        }
        const std::size_t begin = base_[y] + item.output.offset + band * item.output.step_bytes;
        const std::size_t end = end_.count(y) > 0 ? end_[y] : base_[y] + size_of(y);
        ASSERT_LE(begin + at(out_rows) * row_bytes(y), end);
        for (std::size_t i = 0; i < at(out_rows) * row_bytes(y); ++i) memory_[begin + i] = label(y, at(from) + i / row_bytes(y));
        done_[y] = from + out_rows;
    }

    /// The value of the node's whole layer, 0 where it has none. A column may be computed as a row.
    int whole(const Node& node, const std::string& name) const {
        const auto plan = graph::find_operator(node.op)->lower(graph_, node, graph::Isa::portable);
        for (const auto& [member, value] : plan.calls.front().values)
            if (member == name) return value;
        return 0;
    }
    bool is_turned(const Node& node) const {
        const auto& shape = graph_.tensors[at(node.inputs.front())].shape;
        return shape[2] == 1 && whole(node, "in_w") == shape[1] && shape[1] > 1;
    }

    const Graph& graph_;
    const RowStream& stream_;
    std::vector<long> memory_;
    std::map<int, std::size_t> base_, end_;
    std::map<int, int> done_;
};

/// Convolutions, pools and additions with random windows.
Graph random_network(std::uint64_t seed) {
    base::Random random(seed);
    const auto pick = [&](int low, int high) { return low + static_cast<int>(random.below(static_cast<std::uint64_t>(high - low + 1))); };
    const int height = pick(9, 30), width = pick(3, 6), channels = pick(1, 4);
    testing::NetworkBuilder b("bands", {1, height, width, channels}, seed);
    int x = b.input();
    for (int layer = 0; layer < 6; ++layer) {
        const auto shape = b.shape_of(x);
        const int kernel = pick(1, std::min(4, shape[1])), stride = pick(1, 3);
        const std::string padding = random.chance(0.7) || shape[2] < kernel ? "same" : "valid";
        switch (pick(0, 4)) {
            case 0:
                x = b.conv_2d(x, pick(1, 5), kernel, std::min(kernel, shape[2]), stride, padding, "relu");
                break;
            case 1:
                x = b.depthwise_conv_2d(x, 1, kernel, std::min(kernel, shape[2]), stride, padding, "none");
                break;
            case 2:
                x = b.pool("max_pool_2d", x, std::min(kernel, shape[2]), std::min(stride, 2), padding);
                break;
            case 3:
                x = b.pool("average_pool_2d", x, std::min(kernel, shape[2]), std::min(stride, 2), padding);
                break;
            default: {
                const int y = b.conv_2d(x, shape[3], 3, 3, 1, "same", "relu");
                x = b.add(x, b.depthwise_conv_2d(y, 1, kernel, 1, 1, "same", "none"), "relu");
            }
        }
    }
    return b.finish(x);
}

TEST(RowStream, ComputesEveryRowOnceFromRowsThatAreThere) {
    int streams = 0, with_additions = 0, in_place = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Graph graph = random_network(seed);
        for (std::size_t first = 0; first < graph.nodes.size(); ++first)
            for (std::size_t last = first; last < graph.nodes.size(); ++last)
                for (const int rows : {1, 2, 3, 5}) {
                    const auto stream = stream_rows(graph, {first, last, rows}, graph::Isa::portable, {});
                    if (!stream) continue;
                    SCOPED_TRACE("seed " + std::to_string(seed) + ", nodes " + std::to_string(first) + " to " + std::to_string(last) +
                                 " by " + std::to_string(rows));
                    Rehearsal(graph, *stream).run();
                    if (HasFatalFailure()) return;
                    ++streams;
                    with_additions += graph.nodes[last].op == "add";
                    in_place += stream->distance_bytes < graph.tensors[at(graph.nodes[last].outputs.front())].size_bytes();
                }
    }
    EXPECT_GT(streams, 500);
    EXPECT_GT(with_additions, 50);
    EXPECT_GT(in_place, 200);
}

TEST(RowStream, RefusesWhatBandsCannotDo) {
    testing::NetworkBuilder b("refused", {1, 12, 6, 4}, 3);
    const int x = b.conv_2d(b.input(), 4, 3, 3, 1, "same", "relu");
    const int y = b.conv_2d(x, 4, 3, 3, 1, "same", "relu");
    const int z = b.conv_2d(y, 4, 3, 3, 1, "same", "relu");
    const int sum = b.add(x, z, "none");
    const Graph graph = b.finish(b.softmax(b.dense(b.mean(sum), 3, "none")));
    const auto can = [&](std::size_t first, std::size_t last, int rows) {
        return stream_rows(graph, {first, last, rows}, graph::Isa::portable, {}).has_value();
    };
    EXPECT_TRUE(can(1, 2, 2));
    EXPECT_TRUE(can(1, 3, 2));  // the addition reads the stream's own input
    EXPECT_TRUE(can(0, 3, 2));
    EXPECT_FALSE(can(0, 1, 2));   // the addition outside reads what lies between
    EXPECT_FALSE(can(2, 3, 2));   // two tensors come from outside
    EXPECT_FALSE(can(1, 1, 2));   // nothing lies between
    EXPECT_FALSE(can(1, 4, 2));   // a mean needs all rows
    EXPECT_FALSE(can(1, 2, 12));  // one band is no band
    EXPECT_FALSE(can(5, 9, 2));
}

TEST(RowStream, ASmallerArenaGivesTheSameBytes) {
    Pipeline pipeline = testing::raw_pipeline(testing::wide_network(24, 20, 4, 5));
    const base::TemporaryFolder temporary;
    for (const char* core : {"", "cortex-m4", "cortex-m0", "cortex-m55"}) {
        SCOPED_TRACE(core);
        pipeline.core = core, pipeline.optimise = Optimise::speed, pipeline.arena_limit_bytes = 0;
        const Emission fast = plan(pipeline);
        pipeline.optimise = Optimise::ram;
        const Emission emission = emit(pipeline, temporary.path() / ("model" + pipeline.core));
        EXPECT_LT(emission.arena_bytes, fast.arena_bytes * 3 / 4);
        EXPECT_TRUE(std::any_of(emission.steps.begin(), emission.steps.end(),
                                [](const std::string& title) { return title.find(" in bands of ") != std::string::npos; }));
        testing::expect_same_bytes(pipeline, emission, testing::host_compilers().front(), 6);
        pipeline.arena_limit_bytes = (emission.arena_bytes + fast.arena_bytes) / 2;
        EXPECT_LE(plan(pipeline).arena_bytes, pipeline.arena_limit_bytes);
    }
}

TEST(RowStream, NoModelCountsRowsOfPadding) {
    Graph graph = testing::wide_network(24, 20, 4, 5);
    for (Node& node : graph.nodes)
        if (node.op == "conv_2d") node.attributes["band_pad_top"] = 1;
    try {
        graph::verify(graph);
        FAIL() << "accepted";
    } catch (const base::Error& error) {
        EXPECT_NE(error.message().find("counts rows of padding, which only bands of rows in generated code do"), std::string::npos);
    }
}

}  // namespace
}  // namespace mote::codegen
