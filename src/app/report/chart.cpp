#include "app/report/chart.hpp"

#include "app/report/html.hpp"

#include <algorithm>
#include <cmath>

namespace mote::app::report {

namespace {

constexpr double left = 58, right = 14, top = 12, bottom = 44;

struct Mapped {
    Axis axis;
    double from = 0, to = 1;  ///< pixels

    double scaled(double value) const { return axis.scale == Scale::linear ? value : normal_deviate(std::clamp(value, 1e-5, 1 - 1e-5)); }
    double pixel(double value) const {
        const double low = scaled(axis.low), high = scaled(axis.high);
        return from + (to - from) * (scaled(std::clamp(value, axis.low, axis.high)) - low) / (high - low);
    }
};

/// Round steps (1, 2, 5 times a power of ten) giving about six ticks.
std::vector<double> ticks(const Axis& axis) {
    std::vector<double> values;
    if (axis.scale == Scale::normal_deviate) {
        for (const double p : {0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95})
            if (p >= axis.low && p <= axis.high) values.push_back(p);
        return values;
    }
    const double rough = (axis.high - axis.low) / 6;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {5.0, 2.0, 1.0})
        if (factor * power >= rough) step = factor * power;
    for (double v = std::ceil(axis.low / step - 1e-9) * step; v <= axis.high + 1e-9 * step; v += step)
        values.push_back(std::fabs(v) < 1e-9 * step ? 0 : v);  // never -0
    return values;
}

std::string tick_text(const Axis& axis, double value) {
    if (axis.scale == Scale::normal_deviate) return coordinate(value * 100) + " %";
    const double span = axis.high - axis.low;
    return span >= 10 ? fixed(value, 0) : span >= 1 ? fixed(value, 1) : fixed(value, span >= 0.1 ? 2 : 3);
}

void fit(Axis& axis, const std::vector<Series>& series, bool is_x) {
    if (axis.low != 0 || axis.high != 0) return;
    double low = INFINITY, high = -INFINITY;
    for (const auto& s : series)
        for (const auto& [x, y] : s.points) {
            const double v = is_x ? x : y;
            if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
        }
    if (!(low <= high)) low = 0, high = 1;
    if (low == high) low -= 0.5, high += 0.5;
    const double margin = is_x ? 0 : 0.05 * (high - low);
    axis.low = low - margin, axis.high = high + margin;
}

std::string text(double x, double y, std::string_view anchor, std::string_view content, std::string_view more = "") {
    return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" text-anchor=\"" + std::string(anchor) + "\"" + std::string(more) +
           ">" + escape(content) + "</text>";
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style_class) {
    return "<line class=\"" + std::string(style_class) + "\" x1=\"" + coordinate(x1) + "\" y1=\"" + coordinate(y1) + "\" x2=\"" +
           coordinate(x2) + "\" y2=\"" + coordinate(y2) + "\"/>";
}

std::string frame(const Chart& chart, const Mapped& x, const Mapped& y) {
    std::string svg;
    double free_from = x.from - 20;  // words under the axis must not run into each other
    for (const double v : ticks(x.axis)) {
        svg += line(x.pixel(v), y.from, x.pixel(v), y.to, "grid");
        if (x.pixel(v) - 16 < free_from) continue;
        svg += text(x.pixel(v), y.from + 16, "middle", tick_text(x.axis, v));
        free_from = x.pixel(v) + 20;
    }
    for (const double v : ticks(y.axis))
        svg += line(x.from, y.pixel(v), x.to, y.pixel(v), "grid") + text(x.from - 6, y.pixel(v) + 4, "end", tick_text(y.axis, v));
    svg += text((x.from + x.to) / 2, chart.height - 8, "middle", chart.x.title);
    svg += text(14, (y.from + y.to) / 2, "middle", chart.y.title, " transform=\"rotate(-90 14 " + coordinate((y.from + y.to) / 2) + ")\"");
    return svg;
}

std::string curve(const Series& series, std::size_t index, const Mapped& x, const Mapped& y) {
    std::string points;
    for (const auto& [px, py] : series.points)
        if (std::isfinite(px) && std::isfinite(py)) points += coordinate(x.pixel(px)) + "," + coordinate(y.pixel(py)) + " ";
    return "<polyline class=\"curve s" + std::to_string(index % 8) + "\"" + (series.dashed ? " stroke-dasharray=\"5 4\"" : "") +
           " points=\"" + points + "\"/>";
}

std::string marks(const Chart& chart, const Mapped& x, const Mapped& y) {
    std::string svg;
    for (const Mark& mark : chart.marks) {
        const bool is_right = x.pixel(mark.x) > (x.from + x.to) / 2;
        svg += "<circle class=\"mark\" cx=\"" + coordinate(x.pixel(mark.x)) + "\" cy=\"" + coordinate(y.pixel(mark.y)) + "\" r=\"4.5\"/>" +
               text(x.pixel(mark.x) + (is_right ? -9 : 9), y.pixel(mark.y) - 7, is_right ? "end" : "start", mark.name, " class=\"marked\"");
    }
    return svg;
}

std::string legend(const Chart& chart, const Mapped& x, const Mapped& y) {
    if (chart.series.size() < 2) return "";
    std::string svg;
    // In the upper right corner, or in the lower one where the curves end above the middle.
    double sum = 0, count = 0;
    for (const Series& series : chart.series)
        for (const auto& [px, py] : series.points)
            if (std::isfinite(py) && x.pixel(px) > x.to - 140) sum += y.pixel(py), ++count;
    const bool is_high = count > 0 && sum / count < (y.from + y.to) / 2;
    double row = is_high ? y.from - 15 * static_cast<double>(chart.series.size()) + 7 : y.to + 14;
    for (std::size_t i = 0; i < chart.series.size(); ++i, row += 15)
        svg += line(x.to - 130, row - 4, x.to - 112, row - 4, "curve s" + std::to_string(i % 8)) +
               text(x.to - 106, row, "start", chart.series[i].name);
    return svg;
}

}  // namespace

double normal_deviate(double p) {
    double low = -8, high = 8;
    for (int i = 0; i < 60; ++i) {  // the distribution rises, so halving finds it
        const double middle = (low + high) / 2;
        (0.5 * std::erfc(-middle / std::sqrt(2.0)) < p ? low : high) = middle;
    }
    return (low + high) / 2;
}

std::string line_chart(const Chart& chart) {
    Chart c = chart;
    fit(c.x, c.series, true);
    fit(c.y, c.series, false);
    const Mapped x{c.x, left, c.width - right}, y{c.y, c.height - bottom, top};
    std::string svg = "<svg class=\"chart\" viewBox=\"0 0 " + std::to_string(c.width) + " " + std::to_string(c.height) + "\" width=\"" +
                      std::to_string(c.width) + "\" height=\"" + std::to_string(c.height) + "\" role=\"img\">";
    svg += frame(c, x, y);
    for (std::size_t i = 0; i < c.series.size(); ++i) svg += curve(c.series[i], i, x, y);
    return svg + legend(c, x, y) + marks(c, x, y) + "</svg>";
}

}  // namespace mote::app::report
