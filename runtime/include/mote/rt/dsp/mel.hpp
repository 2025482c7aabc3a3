// Triangular mel filters kept sparse, and the logarithm of their energies on a fixed scale.
#pragma once

#include "mote/rt/core/math.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

/// In one of two forms. Triangles whose corners lie on one line of edges share each bin between two neighbours, so that one weight a bin is
/// enough: `bins` is null, `first` holds the first bin of each of filters + 1 bands and the end of the last, `weights` the share of each
/// bin that rises into the filter whose peak ends the band. Any other filters: `first` and `bins` of each filter, and its weights.
struct MelBank {
    uint32_t filters;
    const uint16_t* first;
    const uint16_t* bins;
    const float* weights;
};

/// energies[f] = sum of weight * power over the filter's bins; `power` holds bin k at power[2k] (see power_spectrum).
inline void mel_energies(const MelBank& bank, const float* power, float* energies) {
    const float* weight = bank.weights;
    if (bank.bins) {
        for (uint32_t f = 0; f < bank.filters; ++f) {
            const float* p = power + 2u * bank.first[f];
            float sum = 0.0f;
            for (uint32_t n = bank.bins[f]; n > 0; --n, p += 2) sum += *weight++ * *p;
            energies[f] = sum;
        }
        return;
    }
    const float* p = power + 2u * bank.first[0];
    float before = 0.0f;
    for (uint32_t band = 0; band <= bank.filters; ++band) {
        const float* const end = power + 2u * bank.first[band + 1u];
        float rising = 0.0f, falling = 0.0f;
        for (; p != end; p += 2) {
            const float share = *weight++ * *p;
            rising += share;
            falling += *p - share;
        }
        if (band > 0u) energies[band - 1u] = before + falling;
        before = rising;
    }
}

/// y = slope * ln(energy) + offset, held to [low, high]; NaN and an energy of 0 give `low`. With steps > 0, y (from [0, 2]) is rounded to
/// multiples of 1 / steps, halves to even, before `high` is applied.
struct LogScale {
    float slope;
    float offset;
    float low;
    float high;
    float steps;
};

inline float log_scaled(const LogScale& s, float energy) {
    float y = s.slope * log(energy) + s.offset;
    if (!(y > s.low)) return s.low;
    if (s.steps > 0.0f) {
        // Adding 2^23 leaves no fraction bits: the sum is rounded as IEEE addition rounds, halves to even.
        const float shifted = (y > 2.0f ? 2.0f : y) * s.steps + 8388608.0f;
        y = (shifted - 8388608.0f) / s.steps;
    }
    return y < s.high ? y : s.high;
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
