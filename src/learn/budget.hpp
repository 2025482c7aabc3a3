// What a float graph will take on the target once it is int8: estimated before anything is trained.
#pragma once

#include "graph/graph.hpp"
#include "learn/learner.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mote::learn {

/// What can be said without generating code: `graph` has float tensors and batch 1 (what a learner builds). Kernels' scratch and the signal
/// processing's are not in it, nor that outputs may overlap their inputs, so that RAM is off by some tens of percent either way: a budget
/// that comes with its own measure is held to the plan of the generated code.
Footprint estimate(const graph::Graph& graph);

/// "" when `footprint` fits `budget`, else what does not: "flash 61.2 KB of 50.0 KB".
std::string excess(const Footprint& footprint, const Budget& budget);

/// Builds the size asked for, or with size "auto" the largest that fits `budget`, by its measure or else by estimate(). `build` takes
/// "small", "medium" or "large". Throws base::Error "bad_input" naming what is too large when it does not fit.
graph::Graph build_size(std::string_view learner, std::string_view size, const Budget& budget,
                        const std::function<graph::Graph(std::string_view size)>& build);

}  // namespace mote::learn
