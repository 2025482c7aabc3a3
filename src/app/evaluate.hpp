// A trained graph over many windows, and what it gets wrong.
#pragma once

#include "app/data_plan.hpp"
#include "app/record.hpp"
#include "base/progress.hpp"
#include "graph/graph.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mote::app {

struct Outputs {
    std::vector<float> probabilities;  ///< [windows, classes]
    std::vector<std::int8_t> stored;   ///< the same as the 8-bit graph gave them; empty for a float graph
};

/// Runs the graph over feature rows [n, graph input count], on all threads. An 8-bit graph takes the same float features.
Outputs run_graph(const graph::Graph& graph, std::span<const float> rows, base::Progress& progress, const base::Cancel& cancel);

/// The probabilities that stored 8-bit outputs stand for.
std::vector<float> dequantise_outputs(const graph::Graph& graph, std::span<const std::int8_t> stored);

/// The surest wrong answers, at most `most`, surest first; ties by order of the windows.
std::vector<Mistake> worst_mistakes(const DataPlan& plan, std::span<const std::size_t> windows, std::span<const float> probabilities,
                                    std::size_t most);

/// DET curves of all classes that have one.
std::vector<DetCurve> det_curves(const DataPlan& plan, std::span<const std::size_t> windows, std::span<const float> probabilities);

}  // namespace mote::app
