// Statistics of one channel of a window.
#pragma once

#include "mote/rt/core/math.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

/// Moments are biased (divided by n); skewness and kurtosis (Fisher's: 0 for a normal distribution) are 0 for a constant signal.
struct Moments {
    float mean;
    float variance;
    float skewness;
    float kurtosis;
};

/// Values of a strided, scaled signal: what the functions below read.
template <class T>
struct Series {
    const T* first;
    uint32_t count;
    uint32_t stride;
    float scale;
    float operator[](uint32_t i) const { return static_cast<float>(first[static_cast<size_t>(i) * stride]) * scale; }
};

/// Sums are taken in blocks, so that their error grows with the block and the number of blocks, not with their product.
constexpr uint32_t sum_block = 64;

template <class T>
inline float mean_of(const Series<T>& x) {
    float total = 0.0f;
    for (uint32_t i = 0; i < x.count;) {
        const uint32_t end = x.count - i < sum_block ? x.count : i + sum_block;
        float part = 0.0f;
        for (; i < end; ++i) part += x[i];
        total += part;
    }
    return total / static_cast<float>(x.count);
}

template <class T>
inline Moments moments_of(const Series<T>& x) {
    const float about = mean_of(x);
    float total1 = 0.0f, total2 = 0.0f, total3 = 0.0f, total4 = 0.0f;
    for (uint32_t i = 0; i < x.count;) {
        const uint32_t end = x.count - i < sum_block ? x.count : i + sum_block;
        float part1 = 0.0f, part2 = 0.0f, part3 = 0.0f, part4 = 0.0f;
        for (; i < end; ++i) {
            const float d = x[i] - about, d2 = d * d;
            part1 += d, part2 += d2, part3 += d2 * d, part4 += d2 * d2;
        }
        total1 += part1, total2 += part2, total3 += part3, total4 += part4;
    }
    const float n = static_cast<float>(x.count);
    // What is left of the mean's rounding is small against the deviation, and enters the variance only.
    const float rest = total1 / n;
    const float variance = total2 / n - rest * rest;
    Moments m{about + rest, variance > 0.0f ? variance : 0.0f, 0.0f, 0.0f};
    const float resolution = 1.1920929e-7f * absolute(m.mean);
    if (!(m.variance > resolution * resolution)) return m;
    m.skewness = (total3 / n) / (m.variance * sqrt(m.variance));
    m.kurtosis = (total4 / n) / (m.variance * m.variance) - 3.0f;
    return m;
}

template <class T>
inline float root_mean_square(const Series<T>& x) {
    float total = 0.0f;
    for (uint32_t i = 0; i < x.count;) {
        const uint32_t end = x.count - i < sum_block ? x.count : i + sum_block;
        float part = 0.0f;
        for (; i < end; ++i) part += x[i] * x[i];
        total += part;
    }
    return sqrt(total / static_cast<float>(x.count));
}

struct Extremes {
    float low;
    float high;
};

template <class T>
inline Extremes extremes_of(const Series<T>& x) {
    Extremes e{x[0], x[0]};
    for (uint32_t i = 1; i < x.count; ++i) {
        const float v = x[i];
        if (v < e.low) e.low = v;
        if (v > e.high) e.high = v;
    }
    return e;
}

/// How many neighbours lie on different sides of `level` (above it, or not above it).
template <class T>
inline uint32_t crossings_of(const Series<T>& x, float level) {
    uint32_t count = 0;
    bool above = x[0] > level;
    for (uint32_t i = 1; i < x.count; ++i) {
        const bool now = x[i] > level;
        count += now != above;
        above = now;
    }
    return count;
}

/// Which statistics are written, in this order; bits of StatisticsConfig::chosen.
enum : uint32_t {
    statistic_mean = 1,
    statistic_minimum = 2,
    statistic_maximum = 4,
    statistic_rms = 8,
    statistic_deviation = 16,
    statistic_skewness = 32,
    statistic_kurtosis = 64,
    statistic_crossings = 128,  ///< of the mean, over the number of samples
};

struct StatisticsConfig {
    uint32_t samples;
    uint32_t channels;
    uint32_t chosen;
    float scale;
};

constexpr size_t scratch_bytes(const StatisticsConfig&) { return 0; }

/// features: the chosen statistics of the first channel, of the second, ...
template <class T>
inline void compute(const StatisticsConfig& c, const T* input, float* features, void*) {
    for (uint32_t channel = 0; channel < c.channels; ++channel) {
        const Series<T> x{input + channel, c.samples, c.channels, c.scale};
        const Moments m = moments_of(x);
        const Extremes e = extremes_of(x);
        if (c.chosen & statistic_mean) *features++ = m.mean;
        if (c.chosen & statistic_minimum) *features++ = e.low;
        if (c.chosen & statistic_maximum) *features++ = e.high;
        if (c.chosen & statistic_rms) *features++ = root_mean_square(x);
        if (c.chosen & statistic_deviation) *features++ = sqrt(m.variance);
        if (c.chosen & statistic_skewness) *features++ = m.skewness;
        if (c.chosen & statistic_kurtosis) *features++ = m.kurtosis;
        if (c.chosen & statistic_crossings) *features++ = static_cast<float>(crossings_of(x, m.mean)) / static_cast<float>(c.samples);
    }
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
