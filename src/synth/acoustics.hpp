// From dry speech to something a microphone in a room might have heard.
#pragma once

#include "base/random.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace mote::synth {

enum class NoiseKind { white, pink, brown, hum, clatter, wind };
constexpr int noise_kind_count = 6;

/// Noise of unit root mean square (all zeros for n = 0).
std::vector<float> make_noise(NoiseKind kind, std::size_t n, double rate_hz, base::Random& random);

/// A room's impulse response: a direct path, early reflections and a tail decaying by 60 dB in `reverberation_s` (exponentially decaying
/// noise: Moorer, "About this reverberation business", 1979). Unit energy in the direct path.
std::vector<float> make_room(double reverberation_s, double rate_hz, base::Random& random);

/// Linear convolution, cut to the length of `signal` plus `tail` samples.
std::vector<float> convolve(std::span<const float> signal, std::span<const float> response, std::size_t tail);

/// One-pole high-pass and low-pass in place: a cheap microphone.
void colour(std::span<float> signal, double high_pass_hz, double low_pass_hz, double rate_hz);

double root_mean_square(std::span<const float> signal);

}  // namespace mote::synth
