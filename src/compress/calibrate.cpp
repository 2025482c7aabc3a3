#include "compress/calibrate.hpp"

#include "base/parallel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote::compress {

namespace {

constexpr std::size_t most_chunks = 16;

std::span<const float> floats(const graph::Evaluator& evaluator, std::size_t tensor) {
    const auto bytes = evaluator.tensor(static_cast<int>(tensor));
    return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

bool is_watched(const graph::Tensor& tensor) { return !tensor.is_constant() && tensor.type == graph::Type::f32; }

// First run: extremes and sums.
void take_extremes(const graph::Graph& graph, const graph::Evaluator& evaluator, std::vector<TensorStatistics>& all) {
    for (std::size_t t = 0; t < all.size(); ++t) {
        if (!is_watched(graph.tensors[t])) continue;
        TensorStatistics& s = all[t];
        const auto values = floats(evaluator, t);
        for (std::size_t i = 0; i < values.size(); ++i) {
            s.extremes.low = std::min(s.extremes.low, values[i]);
            s.extremes.high = std::max(s.extremes.high, values[i]);
            s.channel_mean[i % s.channel_mean.size()] += values[i];
        }
    }
}

void take_histograms(const graph::Graph& graph, const graph::Evaluator& evaluator, std::vector<TensorStatistics>& all) {
    for (std::size_t t = 0; t < all.size(); ++t) {
        if (!is_watched(graph.tensors[t])) continue;
        TensorStatistics& s = all[t];
        const float span = s.extremes.high - s.extremes.low;
        const float per_bin = span > 0 ? static_cast<float>(TensorStatistics::bins) / span : 0.0f;
        for (const float v : floats(evaluator, t))
            ++s.histogram[std::min(static_cast<std::size_t>((v - s.extremes.low) * per_bin), TensorStatistics::bins - 1)];
    }
}

std::vector<TensorStatistics> empty_statistics(const graph::Graph& graph) {
    std::vector<TensorStatistics> all(graph.tensors.size());
    for (std::size_t t = 0; t < all.size(); ++t) {
        constexpr float infinity = std::numeric_limits<float>::infinity();
        all[t].extremes = {infinity, -infinity};
        all[t].channel_mean.assign(graph.tensors[t].shape.empty() ? 1 : static_cast<std::size_t>(graph.tensors[t].shape.back()), 0.0);
    }
    return all;
}

void merge_extremes(std::vector<TensorStatistics>& total, const std::vector<TensorStatistics>& part) {
    for (std::size_t t = 0; t < total.size(); ++t) {
        total[t].extremes.low = std::min(total[t].extremes.low, part[t].extremes.low);
        total[t].extremes.high = std::max(total[t].extremes.high, part[t].extremes.high);
        for (std::size_t c = 0; c < total[t].channel_mean.size(); ++c) total[t].channel_mean[c] += part[t].channel_mean[c];
    }
}

// Squared error of storing the histogram's values in 255 steps over `range`.
double squared_error(const TensorStatistics& s, Range range) {
    const double step = (double{range.high} - range.low) / 255, inside = step * step / 12;
    const double width = (double{s.extremes.high} - s.extremes.low) / TensorStatistics::bins;
    double error = 0;
    for (std::size_t b = 0; b < TensorStatistics::bins; ++b) {
        if (s.histogram[b] == 0) continue;
        const double x = s.extremes.low + (static_cast<double>(b) + 0.5) * width;
        const double beyond = x > range.high ? x - range.high : x < range.low ? range.low - x : 0;
        error += static_cast<double>(s.histogram[b]) * (beyond > 0 ? beyond * beyond : inside);
    }
    return error;
}

Range least_squared_error(const TensorStatistics& s) {
    Range best = s.extremes;
    double least = std::numeric_limits<double>::infinity();
    // The ends move towards zero in steps of 1/32 of their distance, each by itself.
    for (int low = 32; low >= 6; --low) {
        for (int high = 32; high >= 6; --high) {
            const Range range{s.extremes.low * static_cast<float>(low) / 32, s.extremes.high * static_cast<float>(high) / 32};
            const double error = squared_error(s, range);
            if (error < least) least = error, best = range;
            if (s.extremes.high <= 0) break;
        }
        if (s.extremes.low >= 0) break;
    }
    return best;
}

Range without_outermost(const TensorStatistics& s, double share) {
    std::uint64_t total = 0;
    for (const std::uint64_t n : s.histogram) total += n;
    const auto most = static_cast<std::uint64_t>(share * static_cast<double>(total));
    const float width = (s.extremes.high - s.extremes.low) / TensorStatistics::bins;
    Range range = s.extremes;
    std::uint64_t gone = 0;
    for (std::size_t b = 0; b < TensorStatistics::bins && (gone += s.histogram[b]) <= most; ++b) range.low += width;
    gone = 0;
    for (std::size_t b = TensorStatistics::bins; b-- > 0 && (gone += s.histogram[b]) <= most;) range.high -= width;
    return range;
}

}  // namespace

std::size_t chunk_count(std::size_t examples) { return std::min(examples, most_chunks); }

void for_each_chunk(std::size_t examples, const std::function<void(std::size_t, std::size_t, std::size_t)>& body) {
    const std::size_t chunks = chunk_count(examples);
    base::parallel_for(chunks, [&](std::size_t chunk) { body(chunk, examples * chunk / chunks, examples * (chunk + 1) / chunks); });
}

std::size_t input_count(const graph::Graph& graph) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) count += graph.input(i).count();
    return count;
}

base::Bytes stored_reals(std::span<const float> values, const graph::Quantisation& quantisation) {
    const float scale = quantisation.scale.front(), zero = static_cast<float>(quantisation.zero_point.front());
    base::Bytes bytes;
    for (const float v : values)
        bytes.push_back(static_cast<std::byte>(static_cast<std::int8_t>(std::clamp(std::round(v / scale) + zero, -128.0f, 127.0f))));
    return bytes;
}

void run_reals(graph::Evaluator& evaluator, const graph::Graph& graph, std::span<const float> reals) {
    if (graph.inputs.size() == 1) {
        (void)evaluator.run_features(reals);
        return;
    }
    base::Bytes stored;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
        const graph::Tensor& tensor = graph.input(i);
        const auto own = reals.first(tensor.count());
        reals = reals.subspan(own.size());
        if (tensor.type == graph::Type::i8) {
            const base::Bytes bytes = stored_reals(own, tensor.quantisation);
            stored.insert(stored.end(), bytes.begin(), bytes.end());
        } else {
            const auto bytes = std::as_bytes(own);
            stored.insert(stored.end(), bytes.begin(), bytes.end());
        }
    }
    (void)evaluator.run(stored);
}

Calibration calibrate(const graph::Graph& graph, std::span<const float> features, std::size_t examples, const std::vector<int>& watched) {
    const std::size_t width = input_count(graph);
    const auto run_all = [&](std::vector<std::vector<TensorStatistics>>& parts, auto&& take) {
        for_each_chunk(examples, [&](std::size_t chunk, std::size_t first, std::size_t end) {
            graph::Evaluator evaluator(graph);
            for (std::size_t e = first; e < end; ++e) {
                (void)evaluator.run(std::as_bytes(features.subspan(e * width, width)));
                take(graph, evaluator, parts[chunk]);
            }
        });
    };
    Calibration calibration;
    calibration.outputs.resize(examples);
    std::vector<std::vector<TensorStatistics>> parts(chunk_count(examples), empty_statistics(graph));
    run_all(parts, take_extremes);
    calibration.tensors = empty_statistics(graph);
    for (const auto& part : parts) merge_extremes(calibration.tensors, part);
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        const double values =
            static_cast<double>(examples * graph.tensors[t].count()) / static_cast<double>(calibration.tensors[t].channel_mean.size());
        for (double& m : calibration.tensors[t].channel_mean) m /= values;
    }

    parts.assign(parts.size(), calibration.tensors);
    for_each_chunk(examples, [&](std::size_t chunk, std::size_t first, std::size_t end) {
        graph::Evaluator evaluator(graph);
        for (std::size_t e = first; e < end; ++e) {
            (void)evaluator.run(std::as_bytes(features.subspan(e * width, width)));
            take_histograms(graph, evaluator, parts[chunk]);
            for (const int tensor : watched) {
                const auto output = floats(evaluator, static_cast<std::size_t>(tensor));
                calibration.outputs[e].insert(calibration.outputs[e].end(), output.begin(), output.end());
            }
        }
    });
    for (const auto& part : parts)
        for (std::size_t t = 0; t < graph.tensors.size(); ++t)
            for (std::size_t b = 0; b < TensorStatistics::bins; ++b) calibration.tensors[t].histogram[b] += part[t].histogram[b];
    return calibration;
}

Range choose_range(const TensorStatistics& statistics, std::string_view method) {
    Range range = statistics.extremes;
    if (method == "percentile") range = without_outermost(statistics, 0.001);
    if (method == "mse") range = least_squared_error(statistics);
    return {std::min(range.low, 0.0f), std::max(range.high, 0.0f)};
}

}  // namespace mote::compress
