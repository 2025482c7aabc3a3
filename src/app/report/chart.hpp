// Line charts as SVG.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mote::app::report {

struct Series {
    std::string name;
    std::vector<std::pair<double, double>> points;  ///< in the axes' own units
    bool dashed = false;
};

enum class Scale {
    linear,
    normal_deviate,  ///< shares in (0, 1) drawn by the inverse of the normal distribution: a Gaussian detector is a straight line (Martin
                     ///< et al., "The DET curve in assessment of detection task performance", Eurospeech 1997)
};

/// A dot with words beside it.
struct Mark {
    std::string name;
    double x = 0, y = 0;
};

struct Axis {
    std::string title;
    Scale scale = Scale::linear;
    double low = 0, high = 0;  ///< both 0: from the data
};

struct Chart {
    Axis x, y;
    std::vector<Series> series;
    std::vector<Mark> marks = {};
    int width = 520, height = 300;
};

/// The chart with axes, ticks, grid and a legend; colours come from the page's style (classes s0 to s7). Points that are not finite are
/// left out.
std::string line_chart(const Chart& chart);

/// Inverse of the standard normal distribution for p in (0, 1), absolute error under 1e-6.
double normal_deviate(double p);

}  // namespace mote::app::report
