// What the tensors of a float graph hold on real examples.
#pragma once

#include "graph/graph.hpp"

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
    std::vector<std::vector<float>> outputs;  ///< of tensor `watched`, by example
};

/// Runs the float graph on all examples, in parallel, with the same result for any number of threads.
Calibration calibrate(const graph::Graph& graph, std::span<const float> features, std::size_t examples, int watched);

/// "minmax", "percentile" or "mse" (see QuantiseOptions); always holds 0.
Range choose_range(const TensorStatistics& statistics, std::string_view method);

/// Calls body(chunk, first, end) for at most 16 runs of examples, in parallel; the runs do not depend on the number of threads.
void for_each_chunk(std::size_t examples, const std::function<void(std::size_t chunk, std::size_t first, std::size_t end)>& body);
std::size_t chunk_count(std::size_t examples);

}  // namespace mote::compress
