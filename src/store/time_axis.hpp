// From time stamps to one rate: units, order, and whether the steps are even enough to be called a rate.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

/// Collects the time stamp of each row, then gives the rate.
class TimeAxis {
  public:
    /// `unit` is s, ms, us, ns or auto; `column` names the column and may carry a unit: "time_ms", "t (s)", "timestamp [us]".
    TimeAxis(std::string column, std::string_view unit);

    /// A number in the unit. Throws base::Error "bad_input" for a stamp that is not finite or lies before the one above it.
    void add(double stamp, std::size_t row);
    /// A date and time: seconds since 1970 and the fraction.
    void add(long long seconds, double fraction, std::size_t row);

    std::size_t size() const { return stamps_.size(); }
    static constexpr std::size_t bytes_per_stamp = 2 * sizeof(double);

    struct Result {
        double rate_hz = 0;
        std::string unit;                   ///< in which the numbers were read
        bool regular = true;                ///< the stamps keep to an even grid within the tolerance
        std::vector<std::string> warnings;  ///< a guessed unit, an irregular series
    };
    /// The interval of an even series is that of the grid nearest to the stamps (least squares), so that stamps which jitter (delivered in
    /// bursts, rounded to milliseconds) still give the true rate. The series is even when no stamp lies further from that grid than
    /// min(25, max(1, 5 % of the rows)) intervals. Otherwise the rate is one over the median interval, and a warning says so.
    /// Throws base::Error "bad_input" for fewer than two stamps, or stamps that do not advance.
    Result finish();

  private:
    /// Sets the interval of the grid t = a + i * interval nearest to the stamps and returns the largest distance from it.
    double fit_grid(double& interval) const;
    double unit_in_seconds(Result& result) const;

    std::string column_;
    std::string unit_;
    std::vector<double> stamps_;  ///< since the first
    double first_ = 0;
    long long first_second_ = 0;
    bool dates_ = false;
    double widest_ = 0;
    std::size_t widest_row_ = 0;
};

/// The name without a unit in its end ("accX (g)", "accX [g]") and the unit, "" when there is none.
std::pair<std::string, std::string> split_unit(std::string_view name);

/// Whether a column of that name holds time stamps: timestamp, time, t, ms, date or datetime, a unit behind it or not.
bool is_time_name(std::string_view name);

}  // namespace mote::store
