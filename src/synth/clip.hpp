// One clip of a corpus: speech or noise, put into a room, a place in time, a level and a background.
#pragma once

#include "base/random.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mote::synth {

struct ClipShape {
    std::size_t samples = 0;
    double rate_hz = 0;
};

/// Puts dry speech into a clip: sometimes a room and a cheap microphone, a random place (a cut where it is too long), a level between quiet
/// and clipping, noise behind it, sometimes `babble` (other speech; may be empty). Returns 16-bit samples.
std::vector<std::int16_t> stage_speech(std::vector<float> speech, std::span<const float> babble, const ClipShape& shape,
                                       base::Random& random);

/// A clip of noise alone, at any level down to near silence.
std::vector<std::int16_t> stage_noise(const ClipShape& shape, base::Random& random);

}  // namespace mote::synth
