// One channel of a window on its own: scaled, filtered, its mean taken away.
#pragma once

#include "mote/rt/dsp/biquad.hpp"
#include "mote/rt/dsp/statistics.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

struct ChannelSource {
    uint32_t samples;
    uint32_t channels;  ///< interleaved in the input
    float scale;
    Cascade filter;  ///< no sections: none
};

/// Writes the channel into x[0, samples) and returns its mean before the filter.
template <class T>
inline float take_channel(const ChannelSource& c, const T* input, uint32_t channel, float* x) {
    const Series<T> source{input + channel, c.samples, c.channels, c.scale};
    for (uint32_t i = 0; i < c.samples; ++i) x[i] = source[i];
    const Series<float> values{x, c.samples, 1u, 1.0f};
    const float mean = mean_of(values);
    filter_from_rest(c.filter, x, c.samples);
    const float level = c.filter.sections ? mean_of(values) : mean;
    for (uint32_t i = 0; i < c.samples; ++i) x[i] -= level;
    return mean;
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
