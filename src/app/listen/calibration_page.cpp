#include "app/listen/calibration_page.hpp"

#include "app/report/chart.hpp"
#include "app/report/html.hpp"
#include "app/report/style.hpp"
#include "app/tables.hpp"

#include <algorithm>
#include <map>

namespace mote::app::listen {

namespace {

/// Best false rejects by false accepts an hour, for each smoothing: what the other settings can make of it.
std::vector<report::Series> curves(const std::vector<Point>& points, double most) {
    std::map<double, std::vector<Point>> by_smoothing;
    for (const Point& point : points) by_smoothing[point.smoothing_ms].push_back(point);
    std::vector<report::Series> series;
    for (const auto& [smoothing_ms, group] : by_smoothing) {
        report::Series curve{fixed(smoothing_ms, 0) + " ms smoothing", {}};
        for (const Point& point : frontier(group, 1000)) {
            if (point.false_accepts_per_hour > most) break;
            // A step: nothing lies between two points.
            if (!curve.points.empty()) curve.points.emplace_back(point.false_accepts_per_hour, curve.points.back().second);
            curve.points.emplace_back(point.false_accepts_per_hour, 100 * point.false_rejects);
        }
        if (!curve.points.empty()) curve.points.emplace_back(most, curve.points.back().second);
        series.push_back(std::move(curve));
    }
    return series;
}

std::string picture(const Calibration& calibration, double limit) {
    const double most = std::max({8 * limit, 2 * calibration.chosen.false_accepts_per_hour, 2.0});
    report::Chart chart;
    chart.x = {"false accepts an hour", report::Scale::linear, 0, most};
    chart.y.title = "false rejects, %";
    chart.width = 720, chart.height = 420;
    chart.series = curves(calibration.points, most);
    const double highest = [&] {
        double y = 5;
        for (const auto& series : chart.series)
            for (const auto& point : series.points) y = std::max(y, point.second);
        return std::min(100.0, 1.05 * y);
    }();
    chart.y.low = 0, chart.y.high = highest;
    chart.series.push_back({"limit", {{limit, 0}, {limit, highest}}, true});
    chart.marks = {{"chosen", calibration.chosen.false_accepts_per_hour, 100 * calibration.chosen.false_rejects}};
    if (calibration.test)
        chart.marks.push_back({"the same on " + calibration.test_stream->split, std::min(most, calibration.test->false_accepts_per_hour),
                               100 * calibration.test->false_rejects});
    return report::line_chart(chart);
}

std::vector<std::string> row(const std::string& name, const Point& p) {
    return {name,
            fixed(p.false_accepts_per_hour, 2),
            fixed(p.highest_false_accepts_per_hour, 2),
            percent(p.false_rejects),
            std::to_string(p.found) + " of " + std::to_string(p.events),
            fixed(p.delay_s, 2) + " s",
            fixed(p.threshold, 2),
            fixed(p.smoothing_ms, 0) + " ms",
            fixed(p.minimum_ms, 0) + " ms",
            fixed(p.suppression_ms, 0) + " ms"};
}

std::string points_table(const Calibration& calibration) {
    std::vector<std::vector<std::string>> rows = {{"point", "false accepts/h", "at most (95 %)", "false rejects", "found", "delay",
                                                   "threshold", "smoothing", "minimum", "suppression"}};
    for (std::size_t i = 0; i < calibration.frontier.size(); ++i) rows.push_back(row(std::to_string(i + 1), calibration.frontier[i]));
    rows.push_back(row("chosen", calibration.chosen));
    if (calibration.test) rows.push_back(row("chosen, on " + calibration.test_stream->split, *calibration.test));
    return report::table(rows);
}

std::string streams(const Calibration& calibration) {
    std::vector<std::vector<std::string>> rows = {
        {"stream of", "hours", "decisions", "events", "from recordings", "background recordings", "minutes of it"}};
    const auto add = [&](const StreamInfo& s) {
        rows.push_back({s.split, fixed(s.hours, 2), std::to_string(s.decisions), std::to_string(s.events),
                        std::to_string(s.event_recordings), std::to_string(s.background_recordings), fixed(s.background_minutes, 1)});
    };
    add(calibration.stream);
    if (calibration.test_stream) add(*calibration.test_stream);
    return report::table(rows);
}

std::string mistakes_table(const char* title, const char* label, const std::vector<Mistaken>& mistakes) {
    if (mistakes.empty()) return "";
    std::vector<std::vector<std::string>> rows = {{"recording", label, "times"}};
    for (const auto& m : mistakes) rows.push_back({m.recording.empty() ? "silence" : m.recording, m.label, std::to_string(m.times)});
    return "<h2>" + std::string(title) + "</h2>" + report::table(rows);
}

}  // namespace

std::string calibration_page(const Calibration& calibration, const std::string& title, double limit) {
    std::string html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>" +
        report::escape(title) + "</title><style>" + std::string(report::style()) + "</style></head><body><h1>" + report::escape(title) +
        "</h1><p class=\"sub\">false accepts an hour against false rejects, for every setting of [listen] that was tried</p>";
    if (!calibration.keeps_limit)
        html += "<div class=\"note\">The chosen settings have more than " + fixed(limit, 2) +
                " false accepts an hour. More recordings of what is mistaken for an event help most.</div>";
    html += picture(calibration, limit);
    html += "<p>Each curve is one smoothing with the best threshold, minimum and suppression for it. A dot is the chosen point.</p>";
    html += "<h2>Points to choose among</h2>" + points_table(calibration);
    html += mistakes_table("Taken for an event most often", "taken for", calibration.mistakes.accepted);
    html += mistakes_table("Missed most often", "event", calibration.mistakes.missed);
    html += "<h2>What was listened to</h2>" + streams(calibration);
    html +=
        "<p>A stream repeats its recordings in another order, louder or softer: the minutes of different background say how much the "
        "figures stand on.</p>";
    return html + "</body></html>\n";
}

}  // namespace mote::app::listen
