// Discrete wavelet transform (Mallat, 1989) and statistics of its bands.
#pragma once

#include "mote/rt/core/math.hpp"
#include "mote/rt/dsp/channel.hpp"
#include "mote/rt/dsp/statistics.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

struct Wavelet {
    uint32_t length;    ///< taps of each filter, even
    const float* low;   ///< decomposition low-pass
    const float* high;  ///< decomposition high-pass
};

/// Coefficients of each band that come from `count` samples.
constexpr uint32_t band_length(uint32_t count, uint32_t taps) { return (count + taps - 1u) / 2u; }

/// One level: approximation and detail of x[0, count), continued by reflection with the edges repeated (half-point symmetric).
inline void wavelet_step(const Wavelet& w, const float* x, uint32_t count, float* approximation, float* detail) {
    const uint32_t out = band_length(count, w.length);
    const int32_t last = static_cast<int32_t>(count) - 1;
    for (uint32_t k = 0; k < out; ++k) {
        float low = 0.0f, high = 0.0f;
        int32_t at = static_cast<int32_t>(2u * k + 1u);
        for (uint32_t j = 0; j < w.length; ++j, --at) {
            int32_t i = at;
            while (i < 0 || i > last) i = i < 0 ? -1 - i : 2 * last + 1 - i;
            low += w.low[j] * x[i];
            high += w.high[j] * x[i];
        }
        approximation[k] = low, detail[k] = high;
    }
}

/// Sorts upwards, in place, without recursion (heap sort); not-a-number values end up anywhere.
inline void sort_ascending(float* x, uint32_t count) {
    const auto sink = [x](uint32_t root, uint32_t end) {
        const float value = x[root];
        for (uint32_t child = 2u * root + 1u; child < end; child = 2u * root + 1u) {
            if (child + 1u < end && x[child] < x[child + 1u]) ++child;
            if (!(value < x[child])) break;
            x[root] = x[child], root = child;
        }
        x[root] = value;
    };
    for (uint32_t i = count / 2u; i > 0u; --i) sink(i - 1u, count);
    for (uint32_t end = count; end > 1u; --end) {
        const float top = x[0];
        x[0] = x[end - 1u], x[end - 1u] = top;
        sink(0u, end - 1u);
    }
}

/// Entropy (natural units) of the histogram of 100 equal bins between the smallest and the largest of sorted values.
inline float histogram_entropy(const float* sorted, uint32_t count) {
    constexpr uint32_t bins = 100;
    float low = sorted[0], high = sorted[count - 1u];
    if (!(low < high)) return 0.0f;
    const float n = static_cast<float>(count), width = (high - low) / static_cast<float>(bins);
    float sum = 0.0f;
    uint32_t i = 0;
    for (uint32_t bin = 0; bin < bins && i < count; ++bin) {
        const uint32_t begin = i;
        const float edge = low + width * static_cast<float>(bin + 1u);
        while (i < count && (sorted[i] < edge || bin == bins - 1u)) ++i;
        const float here = static_cast<float>(i - begin);
        if (i > begin) sum += here * log(here);
    }
    return log(n) - sum / n;
}

/// Value at a percentile of sorted values: the nearest rank.
inline float percentile(const float* sorted, uint32_t count, uint32_t percent) { return sorted[((count - 1u) * percent + 50u) / 100u]; }

constexpr uint32_t band_features = 14;

/// Entropy, zero crossings, mean crossings (over the length), percentiles 5, 25, 75, 95, median, mean, standard deviation, variance (of the
/// sample), RMS, skewness, kurtosis. Sorts the band.
inline void describe_band(float* band, uint32_t count, float* features) {
    const Series<float> x{band, count, 1u, 1.0f};
    const float n = static_cast<float>(count);
    const Moments m = moments_of(x);
    features[1] = static_cast<float>(crossings_of(x, 0.0f)) / n;
    features[2] = static_cast<float>(crossings_of(x, m.mean)) / n;
    features[8] = m.mean;
    features[9] = sqrt(m.variance);
    features[10] = count > 1u ? m.variance * (n / (n - 1.0f)) : 0.0f;
    features[11] = root_mean_square(x);
    features[12] = m.skewness;
    features[13] = m.kurtosis;
    sort_ascending(band, count);
    features[0] = histogram_entropy(band, count);
    features[3] = percentile(band, count, 5);
    features[4] = percentile(band, count, 25);
    features[5] = percentile(band, count, 75);
    features[6] = percentile(band, count, 95);
    features[7] = percentile(band, count, 50);
}

struct WaveletConfig {
    ChannelSource source;
    Wavelet wavelet;
    uint32_t levels;
};

/// The channel's samples, then the two bands of a level.
inline size_t scratch_bytes(const WaveletConfig& c) {
    return (c.source.samples + 2u * static_cast<size_t>(band_length(c.source.samples, c.wavelet.length))) * sizeof(float);
}

/// features, for each channel: band_features of the last approximation, of the details from the last level to the first.
template <class T>
inline void compute(const WaveletConfig& c, const T* input, float* features, void* scratch) {
    float* const x = static_cast<float*>(scratch);
    float* const approximation = x + c.source.samples;
    float* const detail = approximation + band_length(c.source.samples, c.wavelet.length);
    for (uint32_t channel = 0; channel < c.source.channels; ++channel, features += band_features * (c.levels + 1u)) {
        take_channel(c.source, input, channel, x);
        uint32_t count = c.source.samples;
        for (uint32_t level = 1; level <= c.levels; ++level) {
            wavelet_step(c.wavelet, x, count, approximation, detail);
            count = band_length(count, c.wavelet.length);
            describe_band(detail, count, features + band_features * (c.levels + 1u - level));
            for (uint32_t i = 0; i < count; ++i) x[i] = approximation[i];
        }
        describe_band(x, count, features);
    }
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
