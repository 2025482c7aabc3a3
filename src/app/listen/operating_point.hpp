// What a detector's settings make of a model's outputs over a stream with known events.
#pragma once

#include "app/config.hpp"
#include "app/listen/scores.hpp"
#include "app/listen/stream.hpp"
#include "codegen/listen.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace mote::app::listen {

struct Detection {
    std::int64_t frame = 0;  ///< after which it was made
    int label = 0;
    float score = 0;  ///< averaged probability
};

/// Every event that the runtime's detector makes of the outputs.
std::vector<Detection> detect(const Scores& scores, const Schedule& schedule, const codegen::ListenPlan& plan);

/// A detection finds an event when it has its label and lies in [begin, end + tolerance]; an event is found at most once. What finds none
/// is a false accept, a second detection of an event too unless the event lasts longer than two windows, as an activity may; then it is a
/// repeat.
struct Tally {
    std::uint64_t events = 0, found = 0, false_accepts = 0, repeats = 0;
    std::vector<Detection> wrong;  ///< the false accepts
    std::vector<Truth> missed;     ///< events that no detection found
    double hours = 0;              ///< without the events and the tolerance behind each: what false accepts are counted over
    double delay_s = 0;            ///< from an event's end to its detection, on average; may be negative

    double false_accepts_per_hour() const { return hours > 0 ? static_cast<double>(false_accepts) / hours : 0; }
    double false_rejects() const { return events > 0 ? 1 - static_cast<double>(found) / static_cast<double>(events) : 0; }
};
Tally tally(const std::vector<Detection>& detections, const Stream& stream, std::int64_t tolerance_frames);
/// A recording that was taken for an event, or whose event was missed.
struct Mistaken {
    std::string recording, label;
    std::uint64_t times = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("recording", &Mistaken::recording, "name; empty: silence, or what lies between two recordings"),
                               field("label", &Mistaken::label, "what it was taken for, or is"),
                               field("times", &Mistaken::times, "in the stream"));
    }
};

/// The false accepts an hour that lie above with 95 % probability no more, when `count` were seen (exact Poisson limit, Garwood 1936).
double highest_rate(std::uint64_t count, double hours);

/// One combination of settings on one stream.
struct Point {
    double smoothing_ms = 0, threshold = 0, minimum_ms = 0, suppression_ms = 0;
    std::uint64_t events = 0, found = 0, false_accepts = 0, repeats = 0;
    double false_accepts_per_hour = 0, highest_false_accepts_per_hour = 0, false_rejects = 0, hours = 0, delay_s = 0;
    static constexpr auto fields() {
        using base::field;
        using P = Point;
        return std::make_tuple(
            field("smoothing_ms", &P::smoothing_ms, "of [listen]").unit("ms"), field("threshold", &P::threshold, "of [listen]"),
            field("minimum_ms", &P::minimum_ms, "of [listen]").unit("ms"),
            field("suppression_ms", &P::suppression_ms, "of [listen]").unit("ms"), field("events", &P::events, "in the stream"),
            field("found", &P::found, "of these"), field("false_accepts", &P::false_accepts, "detections that found no event"),
            field("repeats", &P::repeats, "further detections of long events"),
            field("false_accepts_per_hour", &P::false_accepts_per_hour, "over the time without events"),
            field("highest_false_accepts_per_hour", &P::highest_false_accepts_per_hour, "upper limit with 95 % confidence"),
            field("false_rejects", &P::false_rejects, "share of events that were not found"),
            field("hours", &P::hours, "without events").unit("h"),
            field("delay_s", &P::delay_s, "from an event's end to its detection, on average").unit("s"));
    }
};
Point judge(const codegen::Listen& settings, const Scores& scores, const Schedule& schedule, const Stream& stream,
            const codegen::ListenPlan& plan, std::int64_t tolerance_frames);

/// Which values are tried. Times are whole strides.
struct Grid {
    std::vector<double> smoothing_ms, thresholds, minimum_ms, suppression_ms;
};
Grid usual_grid(double stride_ms, double window_ms);

using MakePlan = std::function<codegen::ListenPlan(const codegen::Listen&)>;
/// Every combination, on all threads, in the order of the grid.
std::vector<Point> sweep(const Grid& grid, const codegen::Listen& base, const Scores& scores, const Schedule& schedule,
                         const Stream& stream, const MakePlan& make_plan, std::int64_t tolerance_frames, base::Progress& progress,
                         const base::Cancel& cancel);

/// The point with the least false rejects among those with at most `limit` false accepts an hour; of equal ones that with fewer false
/// accepts, then the quicker one, then the middle of the thresholds. Where none keeps to the limit, the one nearest to it.
std::size_t propose(const std::vector<Point>& points, double limit);

}  // namespace mote::app::listen
