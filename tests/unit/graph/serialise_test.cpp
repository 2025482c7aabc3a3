#include "graph/models.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

namespace mote::graph {
namespace {

TEST(Serialise, RoundTripKeepsEveryByte) {
    const Graph graph = testing::small_network(1);
    const base::Bytes once = serialise(graph);
    const Graph back = deserialise(once, "model");
    EXPECT_EQ(serialise(back), once);
    ASSERT_EQ(back.nodes.size(), graph.nodes.size());
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
        EXPECT_EQ(back.tensors[i].data, graph.tensors[i].data);
        EXPECT_EQ(back.tensors[i].shape, graph.tensors[i].shape);
        EXPECT_EQ(back.tensors[i].name, graph.tensors[i].name);
    }
}

TEST(Serialise, EveryTruncationIsRejected) {
    const base::Bytes whole = serialise(testing::small_network(1));
    for (std::size_t n = 0; n < whole.size(); n += 7)
        EXPECT_THROW(deserialise(std::span(whole).first(n), "model"), base::Error) << n << " of " << whole.size() << " bytes were accepted";
}

TEST(Serialise, DeepNestingIsRejectedBeforeParsing) {
    const base::Bytes whole = serialise(testing::small_network(1));
    base::Bytes deep(whole.begin(), whole.begin() + 12);
    const std::uint32_t length = 1u << 20;
    for (int i = 0; i < 4; ++i) deep.push_back(static_cast<std::byte>(length >> (8 * i)));
    deep.resize(deep.size() + length, static_cast<std::byte>('['));
    EXPECT_THROW(deserialise(deep, "model"), base::Error);
}

TEST(Evaluator, SoftmaxSumsToOne) {
    const Graph graph = testing::small_network(3);
    verify(graph);
    base::Random random(4);
    const auto x = testing::random_values(random, graph.input().count());
    Evaluator evaluator(graph);
    float sum = 0;
    for (const float p : testing::as_floats(evaluator.run(std::as_bytes(std::span(x))))) sum += p;
    EXPECT_NEAR(sum, 1.0f, 1e-5f);
    EXPECT_THROW(evaluator.run(std::as_bytes(std::span(x).first(5))), base::Error);
}

}  // namespace
}  // namespace mote::graph
