// Networks with random weights and the shapes of common models for which no file lies at hand: instructions do not depend on weights.
#pragma once

#include "graph/graph.hpp"

#include <string>

namespace mote::bench {

/// int8; "vww": MobileNet v1 of width 1/4 on 96 x 96 x 3, two classes (the shape of MLPerf Tiny's visual wake words); "har": a 1-D
/// convolutional network on 128 samples of 6 axes, 6 classes.
graph::Graph made_model(const std::string& name);

}  // namespace mote::bench
