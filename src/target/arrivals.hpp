// Frames that arrive while a listener works: a simulation in the chip's time.
#pragma once

#include "target/stream_run.hpp"

namespace mote::target {

/// Time in cycles of the chip.
struct Arrivals {
    rt::stream::Plan plan{};
    double cycles_per_frame = 0;
    std::uint32_t chunk_frames = 1;   ///< frames of an interrupt
    std::uint64_t frames = 0;         ///< of the signal
    std::vector<double> unit_cycles;  ///< of each computation (a row, a window), with the decision where one ends with it
    std::vector<bool> unit_decides;
};

struct Simulated {
    Schedule schedule;              ///< frames that arrived before each poll
    std::uint64_t most_frames = 0;  ///< in the ring at once
    std::uint64_t lost_frames = 0;  ///< the schedule ends with the first loss
};

/// `slow` multiplies every computation's time.
Simulated simulate(const Arrivals& arrivals, double slow = 1);

/// The factor from which on frames are lost, found to 0.5 %; 0 where none is lost up to a hundredfold.
double factor_at_loss(const Arrivals& arrivals);

}  // namespace mote::target
