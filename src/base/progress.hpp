// What long work tells the outside, and how the outside stops it.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace mote::base {

/// Receives progress. The default swallows it; the command line draws a line with time left.
class Progress {
  public:
    virtual ~Progress() = default;
    /// A new stage of `total` steps (0: unknown) begins.
    virtual void begin(std::string_view stage, std::uint64_t total) { (void)stage, (void)total; }
    /// `done` steps of the stage are finished; `note` is a few words beside the bar. May be called from any thread.
    virtual void advance(std::uint64_t done, std::string_view note = {}) { (void)done, (void)note; }
    /// A line that stays on the screen (a warning, an epoch).
    virtual void say(std::string_view line) { (void)line; }
    virtual void end() {}
};

/// Asked at every safe point of long work. SIGINT sets the process-wide one.
class Cancel {
  public:
    void request() noexcept { flag_.store(true, std::memory_order_relaxed); }
    bool requested() const noexcept { return flag_.load(std::memory_order_relaxed); }
    /// Throws Error "cancelled" once requested.
    void check() const;

  private:
    std::atomic<bool> flag_{false};
};

}  // namespace mote::base
