// A graph as text for people: one line a node, in the order in which they run.
#pragma once

#include "graph/graph.hpp"

#include <string>

namespace mote::graph {

/// graph kws: 2656768 multiply-accumulates, 24376 bytes of constants
///   in   input [1, 49, 10, 1] i8 0.58 +83
///   0    conv_2d conv_1 {"stride_h":2, ...}: input, weights [64, 10, 4, 1], bias [64] -> conv_1 [1, 25, 5, 64] i8 0.08 -128
/// Safe for any graph whose tensor indices are in range.
std::string to_text(const Graph& graph);

}  // namespace mote::graph
