// Recursive filters and wavelets, designed on the host in double precision.
#pragma once

#include "dsp/tables.hpp"

#include "mote/rt/dsp/biquad.hpp"
#include "mote/rt/dsp/wavelet.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace mote::dsp {

/// b0, b1, b2, a1, a2 of one second-order section; a0 is 1.
using Section = std::array<double, 5>;

enum class FilterKind { low_pass, high_pass, band_pass };

/// Butterworth filter by the bilinear transform with prewarped edges (Oppenheim and Schafer, Discrete-Time Signal Processing, 7.1): gain 1
/// at 0 Hz, at half the rate, or at the geometric middle of a band. `order` counts the poles of the low-pass prototype, 1 to 12; a
/// band-pass has twice as many. 0 < low_hz [< high_hz] < rate_hz / 2 is the caller's to check.
std::vector<Section> butterworth(FilterKind kind, int order, double low_hz, double high_hz, double rate_hz);

/// Largest distance of a pole from 0 once the coefficients are single precision; 1 or more is unstable.
double pole_radius(const std::vector<Section>& sections);

rt::dsp::Cascade make_cascade(const std::vector<Section>& sections, Tables& tables);

/// Decomposition low-pass filter of Daubechies' wavelet with `moments` vanishing moments (extremal phase; 1 is Haar's), 1 to 10, by
/// spectral factorisation (Daubechies, Ten Lectures on Wavelets, 6.1).
std::vector<double> daubechies(int moments);

/// "haar", "db1" to "db10".
rt::dsp::Wavelet make_wavelet(std::string_view name, Tables& tables);

}  // namespace mote::dsp
