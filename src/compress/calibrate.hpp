// What the tensors of a float graph hold on real examples.
#pragma once

#include "graph/graph.hpp"
#include "graph/operator.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace mote::compress {

struct Range {
    float low = 0;
    float high = 0;
};

struct TensorStatistics {
    static constexpr std::size_t bins = 2048;
    Range extremes;
    std::array<std::uint64_t, bins> histogram{};  ///< over [extremes.low, extremes.high]
    std::vector<double> channel_mean;             ///< over the last dimension
};

struct Calibration {
    std::vector<TensorStatistics> tensors;    ///< by index; empty ones for constants
    std::vector<std::vector<float>> outputs;  ///< of the tensors `watched`, one behind the other, by example
};

/// Runs the float graph on all examples (all inputs of one, then of the next), in parallel, with the same result for any number of
/// threads.
Calibration calibrate(const graph::Graph& graph, std::span<const float> features, std::size_t examples, const std::vector<int>& watched);

/// Values that one inference takes: of all inputs.
std::size_t input_count(const graph::Graph& graph);

/// Reals as int8 of one scale.
base::Bytes stored_reals(std::span<const float> values, const graph::Quantisation& quantisation);

/// Runs a graph on the reals of all its inputs, one behind the other; an int8 input gets them stored by its scale.
void run_reals(graph::Evaluator& evaluator, const graph::Graph& graph, std::span<const float> reals);

/// "minmax", "percentile" or "mse" (see QuantiseOptions); always holds 0.
Range choose_range(const TensorStatistics& statistics, std::string_view method);

/// Calls body(chunk, first, end) for at most 16 runs of examples, in parallel; the runs do not depend on the number of threads.
void for_each_chunk(std::size_t examples, const std::function<void(std::size_t chunk, std::size_t first, std::size_t end)>& body);
std::size_t chunk_count(std::size_t examples);

}  // namespace mote::compress
