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

/// power[k] for k in [0, fft.size / 2] of x[0, count). `buffer` holds fft_buffer_floats(fft.size).
inline void segment_spectrum(const SegmentSpectrum& s, const float* x, uint32_t count, float* power, float* buffer) {
    const uint32_t size = s.fft.size, bins = size / 2u + 1u;
    for (uint32_t k = 0; k < bins; ++k) power[k] = 0.0f;
    for (uint32_t segment = 0; segment < s.segments; ++segment) {
        const uint32_t start = segment * s.stride;
        const uint32_t present = start >= count ? 0u : count - start < size ? count - start : size;
        float mean = 0.0f;
        if (s.detrend && present > 0u) {
            for (uint32_t i = 0; i < present; ++i) mean += x[start + i];
            mean /= static_cast<float>(present);
        }
        for (uint32_t i = 0; i < size; ++i) {
            const float value = i < present ? x[start + i] - mean : 0.0f;
            buffer[i] = s.window ? value * s.window[i] : value;
        }
        bit_reverse(s.fft, buffer);
        power_spectrum(s.fft, buffer);
        for (uint32_t k = 0; k < bins; ++k) {
            const float value = buffer[2u * k];
            if (!s.hold_maximum)
                power[k] += value;
            else if (value > power[k])
                power[k] = value;
        }
    }
    const float share = s.hold_maximum ? 1.0f : 1.0f / static_cast<float>(s.segments);
    for (uint32_t k = 0; k < bins; ++k) power[k] *= s.gain / power_gain * share;
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
