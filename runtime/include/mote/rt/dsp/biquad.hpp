// Cascade of second-order recursive filters.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

struct Cascade {
    uint32_t sections;
    const float* coefficients;  ///< b0, b1, b2, a1, a2 of each section; a0 is 1
};

/// Floats of state that a cascade carries from one piece of a signal to the next; zeros at the start.
constexpr size_t state_floats(const Cascade& c) { return 2u * c.sections; }

/// Filters x[0, count) in place, transposed direct form II, one section after the other.
inline void filter(const Cascade& c, float* x, uint32_t count, float* state) {
    const float* k = c.coefficients;
    for (uint32_t s = 0; s < c.sections; ++s, k += 5, state += 2) {
        const float b0 = k[0], b1 = k[1], b2 = k[2], a1 = k[3], a2 = k[4];
        float s1 = state[0], s2 = state[1];
        for (uint32_t i = 0; i < count; ++i) {
            const float in = x[i];
            const float out = b0 * in + s1;
            s1 = (b1 * in - a1 * out) + s2;
            s2 = b2 * in - a2 * out;
            x[i] = out;
        }
        state[0] = s1, state[1] = s2;
    }
}

/// A whole signal, from rest.
inline void filter_from_rest(const Cascade& c, float* x, uint32_t count) {
    for (uint32_t s = 0; s < c.sections; ++s) {
        float state[2] = {0.0f, 0.0f};
        filter({1u, c.coefficients + 5u * s}, x, count, state);
    }
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
