#include "target/arrivals.hpp"

#include <algorithm>
#include <cmath>

namespace mote::target {

namespace {

/// The listener's bookkeeping, without its arithmetic.
class Simulation {
  public:
    Simulation(const Arrivals& arrivals, double slow) : a_(arrivals), slow_(slow) {}

    Simulated run() {
        while (result_.lost_frames == 0 && unit_ < a_.unit_cycles.size()) {
            const std::uint64_t before = unit_, pushed_before = pushed_;
            arrive();
            poll();
            if (unit_ == before && pushed_ == pushed_before && !wait()) break;
        }
        return std::move(result_);
    }

  private:
    std::uint64_t arrived_at(double cycles) const {
        const auto chunks = static_cast<std::uint64_t>(std::max(0.0, cycles) / (a_.cycles_per_frame * a_.chunk_frames));
        return std::min(a_.frames, chunks * a_.chunk_frames);
    }

    void arrive() {
        const std::uint64_t arrived = arrived_at(now_), held = pushed_ - taken_;
        const std::uint64_t fresh = arrived - pushed_, room = a_.plan.ring - std::min<std::uint64_t>(held, a_.plan.ring);
        result_.schedule.push_back(static_cast<std::uint32_t>(fresh));
        if (fresh > room) result_.lost_frames = fresh - room;
        result_.most_frames = std::max(result_.most_frames, held + std::min(fresh, room));
        pushed_ = arrived;
    }

    /// Takes what the unit under way still needs.
    bool fill() {
        const std::uint64_t begin = unit_ * a_.plan.advance, end = begin + a_.plan.span;
        taken_ = std::max(taken_, std::min(pushed_, end));
        return taken_ >= end;
    }

    void poll() {
        while (unit_ < a_.unit_cycles.size() && fill()) {
            now_ += slow_ * a_.unit_cycles[unit_];
            if (a_.unit_decides[unit_++]) return;
        }
    }

    /// Sleeps until the next interrupt; false when there is none.
    bool wait() {
        if (pushed_ >= a_.frames) return false;
        const double chunk = a_.cycles_per_frame * a_.chunk_frames;
        const double next = (std::floor(now_ / chunk) + 1) * chunk;
        now_ = arrived_at(next) > pushed_ ? next : next + chunk;
        return true;
    }

    const Arrivals& a_;
    double slow_, now_ = 0;
    std::uint64_t unit_ = 0, pushed_ = 0, taken_ = 0;
    Simulated result_;
};

}  // namespace

Simulated simulate(const Arrivals& arrivals, double slow) { return Simulation(arrivals, slow).run(); }

double factor_at_loss(const Arrivals& arrivals) {
    double fine = 0, lossy = 100;
    if (simulate(arrivals, lossy).lost_frames == 0) return 0;
    while (lossy - fine > 0.005 * lossy) {
        const double middle = (fine + lossy) / 2;
        (simulate(arrivals, middle).lost_frames > 0 ? lossy : fine) = middle;
    }
    return lossy;
}

}  // namespace mote::target
