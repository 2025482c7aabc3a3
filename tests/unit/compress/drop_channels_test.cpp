// Intervals hold every value that occurs, and channels go only where no byte of what is left changes.
#include "compress/drop_channels.hpp"
#include "compress/channel_ranges.hpp"
#include "compress/quantise.hpp"
#include "graph/cases.hpp"
#include "graph/models.hpp"

#include "base/random.hpp"
#include "graph/build.hpp"
#include "graph/operator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace mote::compress {
namespace {

using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::Type;

base::Bytes random_input(base::Random& random, const Graph& graph) {
    base::Bytes bytes(graph.input().size_bytes());
    for (std::byte& b : bytes) b = static_cast<std::byte>(random.below(256));
    return bytes;
}

/// Every computed int8 value lies in the range of its channel.
void expect_inside(const Graph& graph, const graph::Evaluator& evaluator, const std::vector<std::vector<ChannelRange>>& ranges) {
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        if (graph.tensors[t].type != Type::i8 || graph.tensors[t].is_constant()) continue;
        const auto bytes = evaluator.tensor(static_cast<int>(t));
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const ChannelRange& r = ranges[t][i % ranges[t].size()];
            const auto value = static_cast<std::int8_t>(bytes[i]);
            ASSERT_TRUE(r.low <= value && value <= r.high)
                << "tensor " << t << " holds " << int{value} << " outside " << r.low << ".." << r.high;
        }
    }
}

/// What is left of every tensor is what it was; returns how many channels went.
int expect_same_bytes(const Graph& graph, std::uint64_t seed) {
    const SlimGraph slim = drop_channels(graph);
    const auto ranges = channel_ranges(graph);
    graph::Evaluator before(graph), after(slim.graph);
    base::Random random(seed);
    for (int run = 0; run < 5; ++run) {
        const base::Bytes input = random_input(random, graph);
        const auto a = before.run(input), b = after.run(input);
        EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end())) << "outputs differ";
        expect_inside(graph, before, ranges);
        for (const DroppedChannels& d : slim.dropped) {
            const auto t = static_cast<std::size_t>(d.tensor);
            const auto all = before.tensor(d.tensor), left = after.tensor(d.tensor);
            const auto& channels = slim.channels[t];
            EXPECT_EQ(channels.size() + static_cast<std::size_t>(d.dropped), static_cast<std::size_t>(d.of));
            for (std::size_t i = 0; i < left.size(); ++i) {
                const std::size_t pixel = i / channels.size();
                const auto c = static_cast<std::size_t>(channels[i % channels.size()]);
                EXPECT_EQ(left[i], all[pixel * static_cast<std::size_t>(d.of) + c]) << d.layer;
            }
        }
    }
    int dropped = 0;
    for (const DroppedChannels& d : slim.dropped) dropped += d.dropped;
    return dropped;
}

/// Some channels of some layers get no weights, a bias that the activation clamps away, or no reader.
void quieten(Graph& graph, base::Random& random) {
    for (const Node& node : graph.nodes) {
        if (node.op != "conv_2d" && node.op != "depthwise_conv_2d" && node.op != "dense") continue;
        Tensor& weights = graph.tensors[static_cast<std::size_t>(node.inputs[1])];
        const bool last_axis = node.op == "depthwise_conv_2d";
        const auto channels = static_cast<std::size_t>(last_axis ? weights.shape.back() : weights.shape.front());
        const std::size_t rest = weights.count() / channels, depth = static_cast<std::size_t>(weights.shape.back());
        auto* const bias = graph.tensors[static_cast<std::size_t>(node.inputs[2])].as<std::int32_t>().data();
        for (std::size_t c = 0; c < channels; ++c) {
            const auto kind = random.below(6);
            if (kind == 0) bias[c] -= 1000000;
            if (kind == 1)
                for (std::size_t i = 0; i < weights.count(); ++i)
                    if ((last_axis ? i % channels : i / rest) == c) weights.as<std::int8_t>()[i] = 0;
        }
        const std::size_t unread = random.below(depth);
        if (!last_axis)
            for (std::size_t i = unread; i < weights.count(); i += depth) weights.as<std::int8_t>()[i] = 0;
    }
}

TEST(DropChannels, ChangesNoByteOfWhatIsLeft) {
    int dropped = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        SCOPED_TRACE(seed);
        const Graph real = graph::testing::small_network(seed);
        base::Random random(seed);
        Graph graph = quantise(real, graph::testing::random_values(random, 8 * real.input().count()), 8, {"minmax", "off", 8});
        quieten(graph, random);
        dropped += expect_same_bytes(graph, seed);
    }
    EXPECT_GT(dropped, 100);
}

class RangesOfEveryOperator : public ::testing::TestWithParam<graph::testing::OperatorCase> {};

TEST_P(RangesOfEveryOperator, HoldAllThatOccurs) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        base::Random random(seed);
        Graph graph = GetParam().make(random);
        graph::testing::feed_both(graph);
        const auto features = graph::testing::random_values(random, 20 * graph.input().count(), 2.0);
        (void)expect_same_bytes(quantise(graph, features, 20, {"minmax", "off", 20}), seed);
    }
}

std::vector<graph::testing::OperatorCase> quantisable() {
    std::vector<graph::testing::OperatorCase> list;
    for (const auto& c : graph::testing::operator_cases())
        if (c.naive && c.int8_steps > 0 && c.op != "batch_norm") list.push_back(c);
    return list;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, RangesOfEveryOperator, ::testing::ValuesIn(quantisable()),
                         [](const auto& info) { return std::string(info.param.op); });

}  // namespace
}  // namespace mote::compress
