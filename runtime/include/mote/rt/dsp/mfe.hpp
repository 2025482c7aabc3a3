// Logarithmic mel filter-bank energies, frame by frame.
#pragma once

#include "mote/rt/dsp/fft.hpp"
#include "mote/rt/dsp/frame.hpp"
#include "mote/rt/dsp/mel.hpp"

namespace mote {
namespace rt {
namespace dsp {

struct MfeConfig {
    Framing frame;
    RealFft fft;
    MelBank mel;
    LogScale scale;
};

inline size_t scratch_bytes(const MfeConfig& c) { return fft_buffer_floats(c.fft.size) * sizeof(float); }

/// One frame of one channel: mel.filters values.
template <class T>
inline void mfe_frame(const MfeConfig& c, const T* input, uint32_t index, uint32_t channel, float* features, float* z) {
    frame_power(c.frame, c.fft, input, index, channel, z);
    mel_energies(c.mel, z, features);
    for (uint32_t f = 0; f < c.mel.filters; ++f) features[f] = log_scaled(c.scale, features[f]);
}

/// Frame `index` of all channels: channels * filters values.
template <class T>
inline void compute_row(const MfeConfig& c, const T* input, uint32_t index, float* features, void* scratch) {
    for (uint32_t channel = 0; channel < c.frame.channels; ++channel, features += c.mel.filters)
        mfe_frame(c, input, index, channel, features, static_cast<float*>(scratch));
}

/// features: [frames, channels * filters].
template <class T>
inline void compute(const MfeConfig& c, const T* input, float* features, void* scratch) {
    const uint32_t values = c.frame.channels * c.mel.filters;
    for (uint32_t t = 0; t < c.frame.frames; ++t, features += values) compute_row(c, input, t, features, scratch);
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
