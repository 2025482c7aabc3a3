// Infinite constants of a float graph, which int8 has no values for.
#pragma once

#include "graph/graph.hpp"

#include <cstddef>
#include <span>

namespace mote::compress {

/// The same graph with finite numbers in place of infinities in constants that are added, subtracted, compared or joined. What an added one
/// hides stays hidden: it comes to lie 8 below (above) everything that it is added to on `examples` inputs, so that a softmax behind it
/// gives less than half a step of 1/256. One that is compared or joined becomes the outermost value of what stands beside it. The wider
/// range of the sum makes its steps coarser.
graph::Graph without_infinities(graph::Graph graph, std::span<const float> features, std::size_t examples);

}  // namespace mote::compress
