// Cutting a signal into overlapping frames, windowed, in the order that the Fourier transform wants.
#pragma once

#include "mote/rt/dsp/fft.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

struct Framing {
    uint32_t samples;     ///< of the whole input, per channel
    uint32_t channels;    ///< interleaved
    uint32_t length;      ///< samples of a frame that are used; at most the transform's size, shorter frames are filled with zeros
    uint32_t stride;      ///< samples from a frame to the next
    uint32_t frames;      ///< frames of the input
    float pre_emphasis;   ///< each sample minus this times the one before; 0: none
    bool wraps;           ///< the sample before the input's first is its last (else each frame's first sample is its own predecessor)
    const float* window;  ///< first half, ceil(length / 2) values, of a symmetric window; null: none
};

namespace detail {

/// Two reversed neighbours at once: complex values i and i + 1 (i even) lie `points / 2` apart.
struct PairOrder {
    uint32_t half;      ///< points / 2
    uint32_t position;  ///< of complex value 2n
    void advance() { position = half > 1u ? next_bit_reversed(position, half >> 1u) : 0u; }
};

/// Frames of any length, any option: each call gives the next sample.
template <class T>
struct SampleReader {
    const Framing& f;
    const T* next;
    float previous;
    uint32_t i;

    float operator()() {
        if (i >= f.length) return 0.0f;
        const float value = static_cast<float>(*next);
        float x = value - f.pre_emphasis * previous;
        if (f.window) x *= f.window[i < f.length - 1u - i ? i : f.length - 1u - i];
        previous = value;
        next += f.channels, ++i;
        return x;
    }
};

template <class T>
inline void load_any(const Framing& f, const T* first, float before, uint32_t points, float* z) {
    PairOrder order{points / 2u, 0u};
    SampleReader<T> sample{f, first, before, 0u};
    for (uint32_t i = 0; i < 2u * points; i += 4u, order.advance()) {
        float* const low = z + 2u * order.position;
        float* const high = low + points;
        low[0] = sample();
        low[1] = sample();
        high[0] = sample();
        high[1] = sample();
    }
}

/// Samples [begin, end) of a windowed single channel without pre-emphasis, four a step, the window read upwards or downwards.
template <int Step, class T>
inline void load_half(const T* x, const T* end, const float* w, uint32_t points, PairOrder& order, float* z) {
    for (; x != end; x += 4, w += 4 * Step, order.advance()) {
        float* const low = z + 2u * order.position;
        float* const high = low + points;
        low[0] = static_cast<float>(x[0]) * w[0];
        low[1] = static_cast<float>(x[1]) * w[Step];
        high[0] = static_cast<float>(x[2]) * w[2 * Step];
        high[1] = static_cast<float>(x[3]) * w[3 * Step];
    }
}

/// What the defaults need: a single channel, a window, no pre-emphasis, a length that is a multiple of eight.
template <class T>
inline void load_windowed(const Framing& f, const T* x, uint32_t points, float* z) {
    PairOrder order{points / 2u, 0u};
    const uint32_t half = f.length / 2u;
    load_half<1>(x, x + half, f.window, points, order, z);
    load_half<-1>(x + half, x + f.length, f.window + half - 1u, points, order, z);
    for (uint32_t i = f.length; i < 2u * points; i += 4u, order.advance()) {
        float* const low = z + 2u * order.position;
        float* const high = low + points;
        low[0] = low[1] = high[0] = high[1] = 0.0f;
    }
}

}  // namespace detail

/// Writes frame `index` of `channel` into `z` (fft.size floats), bit-reversed. `input` is the whole signal, samples * channels values.
template <class T>
inline void load_frame(const Framing& f, const RealFft& fft, const T* input, uint32_t index, uint32_t channel, float* z) {
    const uint32_t start = index * f.stride;
    const T* const first = input + static_cast<size_t>(start) * f.channels + channel;
    if (f.window && f.pre_emphasis == 0.0f && f.channels == 1u && f.length % 8u == 0) {
        detail::load_windowed(f, first, fft.size / 2u, z);
        return;
    }
    float before = static_cast<float>(*first);
    if (f.wraps) before = static_cast<float>(start > 0 ? *(first - f.channels) : first[static_cast<size_t>(f.samples - 1u) * f.channels]);
    detail::load_any(f, first, before, fft.size / 2u, z);
}

/// Power spectrum (see power_spectrum) of one frame; `z` holds fft_buffer_floats(fft.size).
template <class T>
inline void frame_power(const Framing& f, const RealFft& fft, const T* input, uint32_t index, uint32_t channel, float* z) {
    load_frame(f, fft, input, index, channel, z);
    power_spectrum(fft, z);
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
