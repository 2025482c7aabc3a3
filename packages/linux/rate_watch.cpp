#include "rate_watch.hpp"

#include "json.hpp"
#include "source.hpp"

#include <cmath>

namespace runner {

void RateWatch::fail(const std::string& measured) const {
    throw Failure("samples come at " + measured + " frames a second; the model was trained for " + number_text(rate_hz_) +
                  ": set the sensor's rate, or listen all the same with --any-rate");
}

void RateWatch::add(std::size_t frames) {
    if (!is_wanted_) return;
    const Clock::time_point now = Clock::now();
    if (frames_ == 0) begin_ = now;
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    // What came first had waited for this program: it counts from the second reading on.
    if (seconds >= 3) {
        const double measured = counted_ / seconds;
        is_wanted_ = false;
        if (std::fabs(measured / rate_hz_ - 1) > 0.05) fail(number_text(std::round(measured * 10) / 10));
    }
    if (frames_ > 0) counted_ += static_cast<double>(frames);
    frames_ += frames;
    // A source that is much too fast gives millions of frames in these seconds: they are enough, too.
    if (is_wanted_ && counted_ > 8 * rate_hz_ && seconds > 0.05 && counted_ / seconds > 1.5 * rate_hz_)
        fail("more than " + number_text(std::floor(counted_ / seconds)));
}

}  // namespace runner
