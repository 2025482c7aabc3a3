// Power spectrum of a whole series from overlapping segments: their mean (Welch, 1967) or the largest value of each bin.
#pragma once

#include "mote/rt/dsp/fft.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

struct SegmentSpectrum {
    RealFft fft;          ///< a segment has fft.size samples; the last one may be filled with zeros
    const float* window;  ///< fft.size values; null: none
    uint32_t stride;      ///< samples from a segment to the next
    uint32_t segments;
    bool detrend;       ///< each segment loses its mean first
    bool hold_maximum;  ///< the largest value of each bin instead of the mean
    float gain;         ///< of |X|^2
};

namespace detail {

/// Writes a segment minus `mean`, windowed, in natural order; `present` of its samples are there, the rest is zeros.
inline void load_segment(const SegmentSpectrum& s, const float* x, uint32_t present, float mean, float* buffer) {
    if (s.window)
        for (uint32_t i = 0; i < present; ++i) buffer[i] = (x[i] - mean) * s.window[i];
    else
        for (uint32_t i = 0; i < present; ++i) buffer[i] = x[i] - mean;
    for (uint32_t i = present; i < s.fft.size; ++i) buffer[i] = 0.0f;
}

}  // namespace detail

/// power[k] for k in [0, fft.size / 2] of x[0, count). `buffer` holds fft_buffer_floats(fft.size).
inline void segment_spectrum(const SegmentSpectrum& s, const float* x, uint32_t count, float* power, float* buffer) {
    const uint32_t size = s.fft.size, bins = size / 2u + 1u;
    for (uint32_t k = 0; k < bins; ++k) power[k] = 0.0f;
    for (uint32_t segment = 0, start = 0; segment < s.segments && start < count; ++segment, start += s.stride) {
        const uint32_t present = count - start < size ? count - start : size;
        float mean = 0.0f;
        if (s.detrend) {
            for (uint32_t i = 0; i < present; ++i) mean += x[start + i];
            mean /= static_cast<float>(present);
        }
        detail::load_segment(s, x + start, present, mean, buffer);
        bit_reverse(s.fft, buffer);
        power_spectrum(s.fft, buffer);
        if (s.hold_maximum) {
            for (uint32_t k = 0; k < bins; ++k)
                if (buffer[2u * k] > power[k]) power[k] = buffer[2u * k];
        } else {
            for (uint32_t k = 0; k < bins; ++k) power[k] += buffer[2u * k];
        }
    }
    const float share = s.gain / (s.hold_maximum ? power_gain : power_gain * static_cast<float>(s.segments));
    for (uint32_t k = 0; k < bins; ++k) power[k] *= share;
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
