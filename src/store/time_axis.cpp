#include "store/time_axis.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mote::store {

namespace {

constexpr std::array<std::pair<std::string_view, double>, 4> units{{{"s", 1.0}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}}};

double seconds_of(std::string_view unit) {
    for (const auto& [name, seconds] : units)
        if (name == unit) return seconds;
    return 0;
}

std::string known_unit(std::string_view word) {
    const std::string unit = base::lower(word);
    if (seconds_of(unit) > 0) return unit;
    if (unit == "sec" || unit == "secs" || unit == "second" || unit == "seconds") return "s";
    if (unit == "msec" || unit == "millis" || unit == "milliseconds") return "ms";
    if (unit == "usec" || unit == "micros" || unit == "microseconds" || unit == "\xc2\xb5s") return "us";
    if (unit == "nanos" || unit == "nanoseconds") return "ns";
    return "";
}

/// "time_ms" -> {"time", "ms"}; "ms" -> {"ms", "ms"}; "t (s)" -> {"t", "s"}.
std::pair<std::string, std::string> time_name(std::string_view column) {
    auto [name, unit] = split_unit(column);
    name = base::lower(name);
    if (!unit.empty()) return {name, known_unit(unit)};
    const std::size_t cut = name.find_last_of("_ .");
    if (cut != std::string::npos)
        if (const std::string suffix = known_unit(std::string_view(name).substr(cut + 1)); !suffix.empty())
            return {name.substr(0, cut), suffix};
    return {name, known_unit(name)};
}

std::string seconds_text(double seconds) { return base::human_seconds(seconds); }

}  // namespace

std::pair<std::string, std::string> split_unit(std::string_view name) {
    name = base::trim(name);
    for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'[', ']'}}) {
        const std::size_t at = name.rfind(open);
        if (name.empty() || name.back() != close || at == std::string_view::npos || at == 0) continue;
        return {std::string(base::trim(name.substr(0, at))), std::string(base::trim(name.substr(at + 1, name.size() - at - 2)))};
    }
    return {std::string(name), ""};
}

bool is_time_name(std::string_view column) {
    const std::string name = time_name(column).first;
    for (const std::string_view known : {"timestamp", "time", "t", "ms", "date", "datetime"})
        if (name == known) return true;
    return false;
}

TimeAxis::TimeAxis(std::string column, std::string_view unit) : column_(std::move(column)), unit_(unit) {
    if (unit_ != "auto" && seconds_of(unit_) == 0)
        throw base::Error("bad_input", "time unit \"" + unit_ + "\" is not known", "choose one of s, ms, us, ns, auto");
}

void TimeAxis::add(double stamp, std::size_t row) {
    const auto place = [&] { return "row " + std::to_string(row) + ", column \"" + column_ + "\": "; };
    if (!std::isfinite(stamp))
        throw base::Error("bad_input", place() + "the time stamp is not a finite number", "repair or remove the row");
    if (stamps_.empty()) first_ = stamp;
    const double since = stamp - first_;
    if (!stamps_.empty()) {
        const double step = since - stamps_.back();
        if (step < 0)
            throw base::Error("bad_input", place() + "the time stamp goes back",
                              "sort the rows by time, or cut the file where it was restarted");
        if (step > widest_) widest_ = step, widest_row_ = row;
    }
    stamps_.push_back(since);
}

void TimeAxis::add(long long seconds, double fraction, std::size_t row) {
    // Counted from the first whole second: a double holds no nanoseconds since 1970.
    if (stamps_.empty()) first_second_ = seconds;
    dates_ = true;
    add(static_cast<double>(seconds - first_second_) + fraction, row);
}

double TimeAxis::unit_in_seconds(Result& result) const {
    if (dates_)
        result.unit = "s";
    else if (unit_ != "auto")
        result.unit = unit_;
    else if (const std::string named = time_name(column_).second; !named.empty())
        result.unit = named;
    else if (const double size = std::fabs(first_); size >= 1e8)
        // Years 1973 to 5138 counted from 1970.
        result.unit = size < 1e11 ? "s" : size < 1e14 ? "ms" : size < 1e17 ? "us" : "ns";
    else if (stamps_.back() < static_cast<double>(stamps_.size() - 1))
        result.unit = "s";  // steps below one: nobody counts fractions of a millisecond
    else {
        result.unit = "ms";
        if (base::lower(column_) != "timestamp")
            result.warnings.push_back("column \"" + column_ + "\" does not say its unit, taken as ms (set time_unit where that is wrong)");
    }
    return seconds_of(result.unit);
}

double TimeAxis::fit_grid(double& interval) const {
    const auto rows = static_cast<double>(stamps_.size());
    const double middle = (rows - 1) / 2;
    double mean = 0, moment = 0;
    for (const double stamp : stamps_) mean += stamp / rows;
    for (std::size_t i = 0; i < stamps_.size(); ++i) moment += (static_cast<double>(i) - middle) * (stamps_[i] - mean);
    interval = moment / (rows * (rows * rows - 1) / 12);
    double deviation = 0;
    for (std::size_t i = 0; i < stamps_.size(); ++i)
        deviation = std::max(deviation, std::fabs(stamps_[i] - mean - interval * (static_cast<double>(i) - middle)));
    return deviation;
}

TimeAxis::Result TimeAxis::finish() {
    const std::string place = "column \"" + column_ + "\": ";
    const std::string hint = "correct the column, or name another one (time_column)";
    if (stamps_.size() < 2) throw base::Error("bad_input", place + "one time stamp alone tells no rate", hint);
    if (!(stamps_.back() > 0)) throw base::Error("bad_input", place + "the time stamps do not advance", hint);
    Result result;
    const double unit = unit_in_seconds(result);
    const auto rows = static_cast<double>(stamps_.size());
    double interval = 0;
    const double deviation = fit_grid(interval);
    if (!(deviation <= interval * std::min(25.0, std::max(1.0, 0.05 * rows)))) {
        result.regular = false;
        std::vector<double> steps(stamps_.size() - 1);
        for (std::size_t i = 0; i < steps.size(); ++i) steps[i] = stamps_[i + 1] - stamps_[i];
        const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
        std::nth_element(steps.begin(), middle, steps.end());
        if (*middle > 0) interval = *middle;
        result.warnings.push_back(place + "the time stamps are irregular (median interval " + seconds_text(interval * unit) + ", widest " +
                                  seconds_text(widest_ * unit) + " before row " + std::to_string(widest_row_) +
                                  "): the rows are taken as evenly spaced by the median");
    }
    const double rate = 1 / (interval * unit);
    if (!std::isfinite(rate)) throw base::Error("bad_input", place + "the time stamps hardly advance", hint);
    // 100.00000000000001 Hz, from stamps that were rounded when written, means 100 Hz.
    const double rounded = std::round(rate * 1e6) / 1e6;
    result.rate_hz = std::fabs(rounded - rate) < 1e-9 * rate ? rounded : rate;
    return result;
}

}  // namespace mote::store
