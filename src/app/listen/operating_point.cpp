#include "app/listen/operating_point.hpp"

#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <tuple>

namespace mote::app::listen {

std::vector<Detection> detect(const Scores& scores, const Schedule& schedule, const codegen::ListenPlan& plan) {
    const rt::stream::DetectorPlan settings = plan.detector();
    std::vector<std::int32_t> memory(rt::stream::Detector::memory_bytes(settings) / sizeof(std::int32_t) + 1);
    rt::stream::Detector detector(settings, memory.data());
    std::vector<Detection> detections;
    for (std::size_t k = 0; k < scores.count(); ++k) {
        const std::int32_t label = detector.step(settings, scores.row(k).data());
        if (label < 0) continue;
        const auto sum = static_cast<float>(detector.sum(static_cast<std::uint32_t>(label)));
        detections.push_back({schedule.end(k), label, sum * plan.score_scale});
    }
    return detections;
}

Tally tally(const std::vector<Detection>& detections, const Stream& stream, std::int64_t tolerance_frames) {
    const auto& truth = stream.truth();
    const std::int64_t brief = 2 * static_cast<std::int64_t>(stream.input().frames);
    std::vector<bool> found(truth.size());
    Tally out;
    std::int64_t covered = 0, covered_to = 0;
    for (const Truth& event : truth) {
        const std::int64_t end = std::min(stream.frames(), event.end + tolerance_frames);
        covered += std::max<std::int64_t>(0, end - std::max(event.begin, covered_to)), covered_to = std::max(covered_to, end);
    }
    std::size_t first = 0;  // events before it lie wholly before the detection
    for (const Detection& detection : detections) {
        while (first < truth.size() && truth[first].end + tolerance_frames < detection.frame) ++first;
        bool is_right = false, is_repeat = false;
        for (std::size_t e = first; e < truth.size() && truth[e].begin <= detection.frame && !is_right; ++e) {
            const bool is_inside = truth[e].label == detection.label && detection.frame <= truth[e].end + tolerance_frames;
            if (!is_inside) continue;
            if (found[e]) {
                is_repeat = is_repeat || truth[e].end - truth[e].begin > brief;
                continue;
            }
            found[e] = is_right = true;
            ++out.found, out.delay_s += static_cast<double>(detection.frame - truth[e].end) / stream.input().rate_hz;
        }
        if (is_right) continue;
        ++(is_repeat ? out.repeats : out.false_accepts);
        if (!is_repeat) out.wrong.push_back(detection);
    }
    for (std::size_t e = 0; e < truth.size(); ++e)
        if (!found[e]) out.missed.push_back(truth[e]);
    out.events = truth.size();
    out.hours = static_cast<double>(stream.frames() - covered) / stream.input().rate_hz / 3600;
    if (out.found > 0) out.delay_s /= static_cast<double>(out.found);
    return out;
}

double highest_rate(std::uint64_t count, double hours) {
    if (hours <= 0) return 0;
    // The mean at which so few would be seen in one of twenty streams: P(X <= count) = 0.05.
    const auto at_most = [&](double mean) {
        double term = std::exp(-mean), sum = term;
        for (std::uint64_t k = 1; k <= count; ++k) sum += term *= mean / static_cast<double>(k);
        return sum;
    };
    double low = 0, high = 10 + 3 * static_cast<double>(count);
    if (high > 700) {  // exp underflows; the normal approximation is good to a part in a thousand here
        const double n = static_cast<double>(count);
        return (n + 1.645 * std::sqrt(n + 1) + 2) / hours;
    }
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (at_most(middle) > 0.05 ? low : high) = middle;
    }
    return high / hours;
}

Point judge(const codegen::Listen& settings, const Scores& scores, const Schedule& schedule, const Stream& stream,
            const codegen::ListenPlan& plan, std::int64_t tolerance_frames) {
    const Tally t = tally(detect(scores, schedule, plan), stream, tolerance_frames);
    Point point;
    point.smoothing_ms = settings.smoothing_ms, point.threshold = settings.threshold;
    point.minimum_ms = settings.minimum_ms, point.suppression_ms = settings.suppression_ms;
    point.events = t.events, point.found = t.found, point.false_accepts = t.false_accepts, point.repeats = t.repeats;
    point.false_accepts_per_hour = t.false_accepts_per_hour(), point.false_rejects = t.false_rejects();
    point.highest_false_accepts_per_hour = highest_rate(t.false_accepts, t.hours);
    point.hours = t.hours, point.delay_s = t.delay_s;
    return point;
}

Grid usual_grid(double stride_ms, double window_ms) {
    Grid grid;
    for (const int decisions : {1, 2, 3, 4, 6, 8})
        if (decisions == 1 || decisions * stride_ms <= 2 * window_ms) grid.smoothing_ms.push_back(decisions * stride_ms);
    for (int percent = 10; percent < 100; percent += percent < 90 ? 2 : 1) grid.thresholds.push_back(percent / 100.0);
    for (const int decisions : {1, 2, 3}) grid.minimum_ms.push_back(decisions * stride_ms);
    for (const double windows : {0.5, 1.0, 2.0})
        grid.suppression_ms.push_back(std::max(1.0, std::round(windows * window_ms / stride_ms)) * stride_ms);
    grid.suppression_ms.erase(std::unique(grid.suppression_ms.begin(), grid.suppression_ms.end()), grid.suppression_ms.end());
    return grid;
}

std::vector<Point> sweep(const Grid& grid, const codegen::Listen& base, const Scores& scores, const Schedule& schedule,
                         const Stream& stream, const MakePlan& make_plan, std::int64_t tolerance_frames, base::Progress& progress,
                         const base::Cancel& cancel) {
    std::vector<codegen::Listen> all;
    for (const double smoothing_ms : grid.smoothing_ms)
        for (const double minimum_ms : grid.minimum_ms)
            for (const double suppression_ms : grid.suppression_ms)
                for (const double threshold : grid.thresholds) {
                    codegen::Listen settings = base;
                    settings.smoothing_ms = smoothing_ms, settings.minimum_ms = minimum_ms, settings.suppression_ms = suppression_ms;
                    settings.threshold = threshold;
                    all.push_back(std::move(settings));
                }
    std::vector<Point> points(all.size());
    progress.begin("trying settings", all.size());
    std::atomic<std::size_t> done{0};
    base::parallel_for(all.size(), [&](std::size_t i) {
        cancel.check();
        points[i] = judge(all[i], scores, schedule, stream, make_plan(all[i]), tolerance_frames);
        progress.advance(++done);
    });
    progress.end();
    return points;
}

std::size_t propose(const std::vector<Point>& points, double limit) {
    const auto rank = [&](const Point& p) {
        const double excess = std::max(0.0, p.false_accepts_per_hour - limit);
        return std::make_tuple(excess, p.false_rejects, p.false_accepts_per_hour, p.smoothing_ms + p.minimum_ms, p.suppression_ms);
    };
    const auto best = std::min_element(points.begin(), points.end(), [&](const Point& a, const Point& b) { return rank(a) < rank(b); });
    std::vector<std::size_t> equal;  // they differ in nothing but the threshold: its middle is the farthest from doing worse
    for (std::size_t i = 0; i < points.size(); ++i)
        if (rank(points[i]) == rank(*best) && points[i].smoothing_ms == best->smoothing_ms && points[i].minimum_ms == best->minimum_ms)
            equal.push_back(i);
    return equal.empty() ? 0 : equal[equal.size() / 2];
}

}  // namespace mote::app::listen
