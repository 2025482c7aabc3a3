// Logarithmic power spectrum of short frames.
#pragma once

#include "mote/rt/dsp/frame.hpp"
#include "mote/rt/dsp/mel.hpp"

namespace mote {
namespace rt {
namespace dsp {

struct SpectrogramConfig {
    Framing frame;
    RealFft fft;
    LogScale scale;
};

inline size_t scratch_bytes(const SpectrogramConfig& c) { return fft_buffer_floats(c.fft.size) * sizeof(float); }

/// One frame of one channel: fft.size / 2 + 1 values.
template <class T>
inline void spectrogram_frame(const SpectrogramConfig& c, const T* input, uint32_t index, uint32_t channel, float* features, float* z) {
    frame_power(c.frame, c.fft, input, index, channel, z);
    for (uint32_t k = 0; k <= c.fft.size / 2u; ++k) features[k] = log_scaled(c.scale, z[2u * k]);
}

/// Frame `index` of all channels: channels * (fft.size / 2 + 1) values.
template <class T>
inline void compute_row(const SpectrogramConfig& c, const T* input, uint32_t index, float* features, void* scratch) {
    for (uint32_t channel = 0; channel < c.frame.channels; ++channel, features += c.fft.size / 2u + 1u)
        spectrogram_frame(c, input, index, channel, features, static_cast<float*>(scratch));
}

/// features: [frames, channels * (fft.size / 2 + 1)].
template <class T>
inline void compute(const SpectrogramConfig& c, const T* input, float* features, void* scratch) {
    const uint32_t values = c.frame.channels * (c.fft.size / 2u + 1u);
    for (uint32_t t = 0; t < c.frame.frames; ++t, features += values) compute_row(c, input, t, features, scratch);
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
