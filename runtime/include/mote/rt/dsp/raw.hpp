// The values themselves, scaled.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

struct RawConfig {
    uint32_t values;
    float scale;
};

constexpr size_t scratch_bytes(const RawConfig&) { return 0; }

template <class T>
inline void compute(const RawConfig& c, const T* input, float* features, void*) {
    for (uint32_t i = 0; i < c.values; ++i) features[i] = static_cast<float>(input[i]) * c.scale;
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
