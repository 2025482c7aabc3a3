// Pixels as features: grey or colour, scaled.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

struct ImageConfig {
    uint32_t pixels;
    uint32_t input_channels;   ///< 1 (grey) or 3 (red, green, blue)
    uint32_t output_channels;  ///< 1 or 3
    float scale;
    float offset;
};

constexpr size_t scratch_bytes(const ImageConfig&) { return 0; }

/// features: [height, width, output_channels], each value * scale + offset. Grey is the luma of ITU-R BT.601.
template <class T>
inline void compute(const ImageConfig& c, const T* input, float* features, void*) {
    for (uint32_t i = 0; i < c.pixels; ++i, input += c.input_channels) {
        const float first = static_cast<float>(input[0]);
        if (c.input_channels == c.output_channels) {
            *features++ = first * c.scale + c.offset;
            for (uint32_t channel = 1; channel < c.output_channels; ++channel)
                *features++ = static_cast<float>(input[channel]) * c.scale + c.offset;
        } else if (c.output_channels == 1u) {
            const float luma = 0.299f * first + 0.587f * static_cast<float>(input[1]) + 0.114f * static_cast<float>(input[2]);
            *features++ = luma * c.scale + c.offset;
        } else {
            const float grey = first * c.scale + c.offset;
            for (uint32_t channel = 0; channel < c.output_channels; ++channel) *features++ = grey;
        }
    }
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
