// Mel-frequency cepstral coefficients (Davis and Mermelstein, 1980), frame by frame, with an optional normalisation over the window.
#pragma once

#include "mote/rt/core/math.hpp"
#include "mote/rt/dsp/dct.hpp"
#include "mote/rt/dsp/mfe.hpp"

namespace mote {
namespace rt {
namespace dsp {

struct MfccConfig {
    Framing frame;
    RealFft fft;
    MelBank mel;
    LogScale scale;
    Dct dct;
    bool energy_first;    ///< coefficient 0 is the logarithm of the frame's whole energy
    uint32_t normalised;  ///< frames (odd) of the sliding mean and deviation that each coefficient is normalised by; 0: none
};

/// Floats beside the transform's buffer: the mel energies of a frame, or two columns of the normalisation.
inline size_t scratch_bytes(const MfccConfig& c) {
    const size_t frame = fft_buffer_floats(c.fft.size) + c.mel.filters;
    const size_t columns = c.normalised ? 2u * c.frame.frames : 0u;
    return (frame > columns ? frame : columns) * sizeof(float);
}

/// One frame of one channel: dct.coefficients values, before normalisation.
template <class T>
inline void mfcc_frame(const MfccConfig& c, const T* input, uint32_t index, uint32_t channel, float* features, float* z) {
    frame_power(c.frame, c.fft, input, index, channel, z);
    float energy = 0.0f;
    if (c.energy_first)
        for (uint32_t k = 0; k <= c.fft.size; k += 2) energy += z[k];
    float* const mel = z + fft_buffer_floats(c.fft.size);
    mel_energies(c.mel, z, mel);
    for (uint32_t f = 0; f < c.mel.filters; ++f) mel[f] = log_scaled(c.scale, mel[f]);
    dct(c.dct, mel, features);
    if (c.energy_first) features[0] = log_scaled(c.scale, energy);
}

namespace detail {

/// Row of a column of `rows` values that is continued by reflection at both ends, edges repeated: ... 1 0 0 1 2 ...
inline uint32_t reflected(int32_t row, uint32_t rows) {
    const int32_t period = static_cast<int32_t>(2u * rows);
    int32_t i = row % period;
    if (i < 0) i += period;
    return i < static_cast<int32_t>(rows) ? static_cast<uint32_t>(i) : static_cast<uint32_t>(period - 1 - i);
}

/// sums[i] = sum of x (or its square) over rows i - reach to i + reach, by a running sum.
template <bool Squares>
inline void sliding_sums(const float* x, uint32_t rows, uint32_t reach, float* sums) {
    const auto value = [x, rows](int32_t row) {
        const float v = x[reflected(row, rows)];
        return Squares ? v * v : v;
    };
    const int32_t r = static_cast<int32_t>(reach);
    float sum = 0.0f;
    for (int32_t i = -r; i <= r; ++i) sum += value(i);
    for (int32_t i = 0; i < static_cast<int32_t>(rows); ++i) {
        sums[i] = sum;
        sum += value(i + r + 1) - value(i - r);
    }
}

}  // namespace detail

/// Subtracts the sliding mean from each column of features [rows, columns], then divides by the sliding deviation of what is left.
/// `scratch` holds 2 * rows floats; `window` is odd.
inline void normalise_columns(float* features, uint32_t rows, uint32_t columns, uint32_t window, float* scratch) {
    float *const x = scratch, *const sums = scratch + rows;
    const float share = 1.0f / static_cast<float>(window);
    for (uint32_t column = 0; column < columns; ++column) {
        for (uint32_t i = 0; i < rows; ++i) x[i] = features[i * columns + column];
        detail::sliding_sums<false>(x, rows, window / 2u, sums);
        for (uint32_t i = 0; i < rows; ++i) features[i * columns + column] = x[i] - sums[i] * share;
        for (uint32_t i = 0; i < rows; ++i) x[i] = features[i * columns + column];
        detail::sliding_sums<false>(x, rows, window / 2u, sums);
        // The mean's square leaves through the same place that the sum of squares comes in by, so that two columns are enough.
        for (uint32_t i = 0; i < rows; ++i) features[i * columns + column] = sums[i] * share;
        detail::sliding_sums<true>(x, rows, window / 2u, sums);
        for (uint32_t i = 0; i < rows; ++i) {
            const float mean = features[i * columns + column];
            const float variance = sums[i] * share - mean * mean;
            features[i * columns + column] = x[i] / (sqrt(variance > 0.0f ? variance : 0.0f) + 1e-10f);
        }
    }
}

/// Frame `index` of all channels, before normalisation: channels * coefficients values.
template <class T>
inline void compute_row(const MfccConfig& c, const T* input, uint32_t index, float* features, void* scratch) {
    for (uint32_t channel = 0; channel < c.frame.channels; ++channel, features += c.dct.coefficients)
        mfcc_frame(c, input, index, channel, features, static_cast<float*>(scratch));
}

/// What is left to do once a window's rows stand in `features`.
inline void finish_rows(const MfccConfig& c, float* features, void* scratch) {
    if (c.normalised)
        normalise_columns(features, c.frame.frames, c.frame.channels * c.dct.coefficients, c.normalised, static_cast<float*>(scratch));
}

/// features: [frames, channels * coefficients].
template <class T>
inline void compute(const MfccConfig& c, const T* input, float* features, void* scratch) {
    const uint32_t values = c.frame.channels * c.dct.coefficients;
    for (uint32_t t = 0; t < c.frame.frames; ++t) compute_row(c, input, t, features + static_cast<size_t>(t) * values, scratch);
    finish_rows(c, features, scratch);
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
