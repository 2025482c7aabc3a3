#include "graph/dump.hpp"
#include "graph/models.hpp"

#include <gtest/gtest.h>

namespace mote::graph {
namespace {

TEST(Dump, NamesShapesAndScales) {
    Graph g;
    g.name = "tiny";
    const int x = add_input(g, "x", {1, 2});
    const int w = add_constant(g, "w", {1, 2}, std::vector<float>{1, 2});
    const int y = append(g, "dense", "layer", {x, w}, {{"activation", "relu"}});
    const int q = append(g, "quantise", "stored", {y});
    g.tensors[static_cast<std::size_t>(q)].type = Type::i8;
    g.tensors[static_cast<std::size_t>(q)].quantisation = {{0.5f}, {-128}, -1};
    g.outputs = {q};
    verify(g);
    EXPECT_EQ(to_text(g), R"(graph tiny: 2 multiply-accumulates, 8 bytes of constants
  in   x [1, 2] f32
  0    dense layer {"activation":"relu"}: x, w [1, 2] -> layer [1, 1] f32
  1    quantise stored: layer -> stored [1, 1] i8 0.5 -128
  out  stored
)");
}

}  // namespace
}  // namespace mote::graph
