#include "app/evaluate.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "graph/operator.hpp"
#include "learn/metrics.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <numeric>

namespace mote::app {

namespace {

bool is_int8(const graph::Tensor& tensor) { return tensor.type == graph::Type::i8; }

}  // namespace

std::vector<float> dequantise_outputs(const graph::Graph& graph, std::span<const std::int8_t> stored) {
    const auto& quantisation = graph.output().quantisation;
    std::vector<float> values(stored.size());
    for (std::size_t i = 0; i < stored.size(); ++i)
        values[i] = quantisation.scale.at(0) * static_cast<float>(stored[i] - quantisation.zero_point.at(0));
    return values;
}

Outputs run_graph(const graph::Graph& graph, std::span<const float> rows, base::Progress& progress, const base::Cancel& cancel) {
    const graph::Tensor& input = graph.input();
    const graph::Tensor& output = graph.output();
    const std::size_t features = input.count(), classes = output.count();
    if (features == 0 || rows.size() % features != 0)
        throw base::Error("bad_input", "the model takes " + std::to_string(features) + " features, not what this block makes",
                          "train again after changing [features]");
    const std::size_t count = rows.size() / features;
    Outputs outputs;
    outputs.probabilities.resize(is_int8(output) ? 0 : count * classes);
    outputs.stored.resize(is_int8(output) ? count * classes : 0);
    progress.begin(is_int8(output) ? "running the 8-bit model" : "running the float model", count);
    std::atomic<std::size_t> done{0};
    // An evaluator is costly to make and not to be shared: a few stretches a thread. State goes from one row to the next.
    const bool has_state = std::any_of(graph.tensors.begin(), graph.tensors.end(), [](const graph::Tensor& t) { return t.is_variable; });
    const std::size_t tasks = has_state ? 1 : std::min(count, base::thread_count() * 4);
    base::parallel_for(tasks, [&](std::size_t task) {
        graph::Evaluator evaluator(graph, graph::HostKernels::fastest);
        for (std::size_t i = task * count / tasks; i < (task + 1) * count / tasks; ++i) {
            if (i % 16 == 0) cancel.check();
            const auto row = evaluator.run_features(rows.subspan(i * features, features));
            if (is_int8(output))
                std::memcpy(outputs.stored.data() + i * classes, evaluator.tensor(graph.outputs[0]).data(), classes);
            else
                std::copy(row.begin(), row.end(), outputs.probabilities.begin() + static_cast<std::ptrdiff_t>(i * classes));
            progress.advance(++done);
        }
    });
    progress.end();
    if (is_int8(output)) outputs.probabilities = dequantise_outputs(graph, outputs.stored);
    return outputs;
}

std::vector<Mistake> worst_mistakes(const DataPlan& plan, std::span<const std::size_t> windows, std::span<const float> probabilities,
                                    std::size_t most) {
    const std::size_t classes = plan.labels.size();
    std::vector<std::size_t> wrong;
    const auto row = [&](std::size_t i) { return probabilities.subspan(i * classes, classes); };
    for (std::size_t i = 0; i < windows.size(); ++i)
        if (learn::most_probable(row(i)) != static_cast<std::size_t>(plan.classes[windows[i]])) wrong.push_back(i);
    const auto sureness = [&](std::size_t i) { return row(i)[learn::most_probable(row(i))]; };
    std::stable_sort(wrong.begin(), wrong.end(), [&](std::size_t a, std::size_t b) { return sureness(a) > sureness(b); });
    if (wrong.size() > most) wrong.resize(most);
    std::vector<Mistake> out;
    for (const std::size_t i : wrong) {
        const auto& item = plan.data->items()[windows[i]];
        const auto& sample = plan.data->samples()[item.sample];
        const std::size_t predicted = learn::most_probable(row(i)), truth = static_cast<std::size_t>(plan.classes[windows[i]]);
        Mistake mistake;
        mistake.sample = sample.id, mistake.name = sample.name, mistake.begin = item.begin;
        mistake.begin_s = plan.input.rate_hz > 0 ? static_cast<double>(item.begin) / plan.input.rate_hz : 0;
        mistake.truth = plan.labels[truth], mistake.predicted = plan.labels[predicted];
        mistake.probability = row(i)[predicted], mistake.truth_probability = row(i)[truth];
        out.push_back(std::move(mistake));
    }
    return out;
}

std::vector<DetCurve> det_curves(const DataPlan& plan, std::span<const std::size_t> windows, std::span<const float> probabilities) {
    const std::vector<int> truth = plan.truth(windows);
    std::vector<DetCurve> curves;
    for (std::size_t c = 0; c < plan.labels.size(); ++c) {
        auto points = learn::det_curve(probabilities, truth, plan.labels.size(), c);
        if (!points.empty()) curves.push_back({plan.labels[c], std::move(points)});
    }
    return curves;
}

}  // namespace mote::app
