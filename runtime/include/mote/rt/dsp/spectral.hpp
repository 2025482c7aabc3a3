// Motion and vibration in a few numbers a channel: level, shape of the distribution, spectrum.
#pragma once

#include "mote/rt/core/math.hpp"
#include "mote/rt/dsp/channel.hpp"
#include "mote/rt/dsp/spectrum.hpp"
#include "mote/rt/dsp/statistics.hpp"

namespace mote {
namespace rt {
namespace dsp {

struct SpectralConfig {
    ChannelSource source;
    SegmentSpectrum spectrum;
    uint32_t first_bin;
    uint32_t last_bin;
    bool with_mean;  ///< the channel's mean comes first
    bool logarithm;  ///< of the bins, base 10; a power of 0 counts as 1e-10
    float lowest;    ///< what a logarithm is held above
};

/// The channel's samples, its spectrum, the transform's buffer.
inline size_t scratch_bytes(const SpectralConfig& c) {
    const size_t size = c.spectrum.fft.size;
    return (c.source.samples + size / 2u + 1u + fft_buffer_floats(c.spectrum.fft.size)) * sizeof(float);
}

/// features, for each channel: [mean], RMS, skewness, kurtosis, skewness and kurtosis of the spectrum, bins first_bin to last_bin.
template <class T>
inline void compute(const SpectralConfig& c, const T* input, float* features, void* scratch) {
    const uint32_t samples = c.source.samples, bins = c.spectrum.fft.size / 2u + 1u;
    float *const x = static_cast<float*>(scratch), *const power = x + samples, *const buffer = power + bins;
    for (uint32_t channel = 0; channel < c.source.channels; ++channel) {
        const float mean = take_channel(c.source, input, channel, x);
        const Series<float> values{x, samples, 1u, 1.0f};
        const Moments m = moments_of(values);
        if (c.with_mean) *features++ = mean;
        *features++ = root_mean_square(values);
        *features++ = m.skewness;
        *features++ = m.kurtosis;
        segment_spectrum(c.spectrum, x, samples, power, buffer);
        const Moments shape = moments_of(Series<float>{power, bins, 1u, 1.0f});
        *features++ = shape.skewness;
        *features++ = shape.kurtosis;
        for (uint32_t k = c.first_bin; k <= c.last_bin; ++k) {
            float value = power[k];
            if (c.logarithm) {
                value = log10(value == 0.0f ? 1e-10f : value);
                if (!(value > c.lowest)) value = c.lowest;
            }
            *features++ = value;
        }
    }
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
