// Whether samples come as fast as the model was trained for.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace runner {

/// Compares the rate at which frames come with the model's, once enough have come to be sure.
class RateWatch {
  public:
    /// `rate_hz` 0, or not wanted: nothing is compared.
    RateWatch(double rate_hz, bool is_wanted) : rate_hz_(rate_hz), is_wanted_(is_wanted && rate_hz > 0) {}

    /// Frames that have just come. Throws Failure where the rates differ by more than a twentieth over three seconds: clocks of sensors are
    /// better than that, and so is a computer's timing over that time.
    void add(std::size_t frames);

  private:
    [[noreturn]] void fail(const std::string& measured) const;

    using Clock = std::chrono::steady_clock;
    double rate_hz_;
    bool is_wanted_;
    Clock::time_point begin_;
    std::size_t frames_ = 0;
    double counted_ = 0;
};

}  // namespace runner
