#include "learn/metrics.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mote::learn {

namespace {

void check(std::span<const float> probabilities, std::span<const int> truth, std::size_t classes) {
    if (classes == 0 || probabilities.size() != truth.size() * classes)
        throw base::Error("bad_input",
                          std::to_string(probabilities.size()) + " probabilities do not fit " + std::to_string(truth.size()) +
                              " examples of " + std::to_string(classes) + " classes",
                          "give one probability a class and example");
    for (const int t : truth)
        if (t < 0 || static_cast<std::size_t>(t) >= classes)
            throw base::Error("bad_input", "class " + std::to_string(t) + " is not among " + std::to_string(classes), "check the labels");
}

/// Every distinct threshold with the counts accepted at it.
struct Step {
    float threshold;
    std::size_t hits, alarms;
};

std::vector<Step> steps_of(std::span<const float> probabilities, std::span<const int> truth, std::size_t classes, std::size_t index) {
    std::vector<std::size_t> order(truth.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto score = [&](std::size_t i) { return probabilities[i * classes + index]; };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return score(a) > score(b); });
    std::vector<Step> steps;
    std::size_t hits = 0, alarms = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
        (truth[order[k]] == static_cast<int>(index) ? hits : alarms)++;
        if (k + 1 == order.size() || score(order[k + 1]) != score(order[k])) steps.push_back({score(order[k]), hits, alarms});
    }
    return steps;
}

void score_ranking(ClassScore& out, const std::vector<Step>& steps) {
    if (steps.empty() || steps.back().hits == 0 || steps.back().alarms == 0) return;
    const auto all_hits = static_cast<double>(steps.back().hits), all_alarms = static_cast<double>(steps.back().alarms);
    double area = 0, last_hit = 0, last_alarm = 0, last_miss = 1;
    out.equal_error_rate = -1;
    for (const Step& step : steps) {
        const double hit = static_cast<double>(step.hits) / all_hits, alarm = static_cast<double>(step.alarms) / all_alarms;
        area += (alarm - last_alarm) * (hit + last_hit) / 2;
        if (out.equal_error_rate < 0 && alarm >= 1 - hit) {
            // Where the straight piece between two thresholds crosses miss = false alarm.
            const double before = last_miss - last_alarm, after = alarm - (1 - hit);
            const double share = before + after > 0 ? before / (before + after) : 0;
            out.equal_error_rate = last_alarm + share * (alarm - last_alarm);
        }
        last_hit = hit, last_alarm = alarm, last_miss = 1 - hit;
    }
    out.area_under_roc = area;
}

}  // namespace

std::size_t most_probable(std::span<const float> values) {
    return static_cast<std::size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

Metrics measure(std::span<const float> probabilities, std::span<const int> truth, const std::vector<std::string>& labels) {
    const std::size_t classes = labels.size();
    check(probabilities, truth, classes);
    Metrics metrics;
    metrics.examples = truth.size();
    metrics.confusion.assign(classes, std::vector<std::size_t>(classes, 0));
    std::size_t right = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const auto row = probabilities.subspan(i * classes, classes);
        const auto t = static_cast<std::size_t>(truth[i]), p = most_probable(row);
        ++metrics.confusion[t][p];
        right += t == p;
        metrics.loss -= std::log(std::max(static_cast<double>(row[t]), 1e-7));
    }
    if (metrics.examples > 0) {
        metrics.accuracy = static_cast<double>(right) / static_cast<double>(metrics.examples);
        metrics.loss /= static_cast<double>(metrics.examples);
    }
    std::size_t present = 0;
    for (std::size_t c = 0; c < classes; ++c) {
        ClassScore score;
        score.label = labels[c];
        const auto& row = metrics.confusion[c];
        score.examples = std::accumulate(row.begin(), row.end(), std::size_t{0});
        for (const auto& other : metrics.confusion) score.predicted += other[c];
        const auto hits = static_cast<double>(row[c]);
        if (score.predicted > 0) score.precision = hits / static_cast<double>(score.predicted);
        if (score.examples > 0) score.recall = hits / static_cast<double>(score.examples);
        if (score.examples + score.predicted > 0) score.f1 = 2 * hits / static_cast<double>(score.examples + score.predicted);
        score_ranking(score, steps_of(probabilities, truth, classes, c));
        if (score.examples > 0) metrics.macro_f1 += score.f1, ++present;
        metrics.classes.push_back(score);
    }
    if (present > 0) metrics.macro_f1 /= static_cast<double>(present);
    return metrics;
}

std::vector<CurvePoint> det_curve(std::span<const float> probabilities, std::span<const int> truth, std::size_t classes, std::size_t index,
                                  std::size_t most_points) {
    check(probabilities, truth, classes);
    const auto steps = steps_of(probabilities, truth, classes, index);
    if (steps.empty() || steps.back().hits == 0 || steps.back().alarms == 0) return {};
    std::vector<CurvePoint> points{{1.0 + 1e-6, 0, 1}};
    const auto all_hits = static_cast<double>(steps.back().hits), all_alarms = static_cast<double>(steps.back().alarms);
    const std::size_t wanted = std::max<std::size_t>(2, most_points) - 1;
    const std::size_t kept = std::min(wanted, steps.size());
    for (std::size_t k = 1; k <= kept; ++k) {
        const Step& step = steps[k * steps.size() / kept - 1];
        points.push_back({step.threshold, static_cast<double>(step.alarms) / all_alarms, 1 - static_cast<double>(step.hits) / all_hits});
    }
    return points;
}

}  // namespace mote::learn
