// Progress on standard error: one line redrawn with the time left on a terminal, an occasional plain line elsewhere.
#pragma once

#include "base/progress.hpp"

#include <chrono>
#include <mutex>
#include <string>

namespace mote::cli {

class TerminalProgress : public base::Progress {
  public:
    TerminalProgress();
    ~TerminalProgress() override;
    void begin(std::string_view stage, std::uint64_t total) override;
    void advance(std::uint64_t done, std::string_view note) override;
    void say(std::string_view line) override;
    void end() override;

  private:
    using Clock = std::chrono::steady_clock;
    void draw(Clock::time_point now);
    void clear();

    std::mutex lock_;
    std::string stage_, note_;
    std::uint64_t total_ = 0, done_ = 0;
    std::uint64_t done_before_ = 0;  ///< steps that an earlier process did: they took none of this one's time
    Clock::time_point started_, drawn_;
    bool is_terminal_ = false, is_drawn_ = false, is_open_ = false;
};

}  // namespace mote::cli
