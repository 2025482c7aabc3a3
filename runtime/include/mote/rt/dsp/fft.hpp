// Real fast Fourier transform of a power of two, in place, over tables made on the host.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

/// N real values are transformed as M = N / 2 complex ones: radix-4 passes, decimation in time (a radix-2 pass first where log2 M is
/// odd), then the split into the spectrum of the real signal.
struct RealFft {
    uint32_t size;          ///< N: a power of two in [4, 65536]
    const float* twiddles;  ///< passes in order, for each k in [1, length): w^k, w^2k, w^3k as (cos, sin), w = e^(-2 pi i / (4 length))
    const float* split;     ///< for each k in [1, N / 4): e^(-2 pi i k / N) as (cos, sin)
};

/// Floats of the buffer that a transform works in: N and two more for the bin at half the sampling rate.
constexpr size_t fft_buffer_floats(uint32_t size) { return static_cast<size_t>(size) + 2u; }

/// Counts in bit-reversed order: next(j) is the reversal of i + 1 where j is the reversal of i, for numbers below 2 * top.
inline uint32_t next_bit_reversed(uint32_t j, uint32_t top) {
    uint32_t bit = top;
    while (j & bit) j ^= bit, bit >>= 1;
    return j | bit;
}

namespace detail {

struct Complex {
    float re, im;
};

/// Butterfly without twiddles, the four parts `step` floats apart.
inline void radix4_plain(float* z, uint32_t step) {
    float *const z1 = z + step, *const z2 = z1 + step, *const z3 = z2 + step;
    const float sum_re = z[0] + z1[0], sum_im = z[1] + z1[1];
    const float difference_re = z[0] - z1[0], difference_im = z[1] - z1[1];
    const float odd_re = z2[0] + z3[0], odd_im = z2[1] + z3[1];
    const float turn_re = z2[0] - z3[0], turn_im = z2[1] - z3[1];
    z[0] = sum_re + odd_re, z[1] = sum_im + odd_im;
    z2[0] = sum_re - odd_re, z2[1] = sum_im - odd_im;
    z1[0] = difference_re + turn_im, z1[1] = difference_im - turn_re;
    z3[0] = difference_re - turn_im, z3[1] = difference_im + turn_re;
}

inline void radix2_first(float* z, uint32_t points) {
    for (float* const end = z + 2u * points; z != end; z += 4) {
        const float re = z[2], im = z[3];
        z[2] = z[0] - re, z[3] = z[1] - im;
        z[0] += re, z[1] += im;
    }
}

/// One butterfly on bit-reversed data: the parts at 0, 2, 1, 3 quarters hold residues 0, 1, 2, 3 modulo 4.
inline void radix4_butterfly(float* z0, float* z1, float* z2, float* z3, const Complex& w1, const Complex& w2, const Complex& w3) {
    const float b_re = z2[0] * w1.re - z2[1] * w1.im, b_im = z2[0] * w1.im + z2[1] * w1.re;
    const float d_re = z3[0] * w3.re - z3[1] * w3.im, d_im = z3[0] * w3.im + z3[1] * w3.re;
    const float odd_re = b_re + d_re, odd_im = b_im + d_im;
    const float turn_re = b_re - d_re, turn_im = b_im - d_im;
    const float c_re = z1[0] * w2.re - z1[1] * w2.im, c_im = z1[0] * w2.im + z1[1] * w2.re;
    const float sum_re = z0[0] + c_re, sum_im = z0[1] + c_im;
    const float difference_re = z0[0] - c_re, difference_im = z0[1] - c_im;
    z0[0] = sum_re + odd_re, z0[1] = sum_im + odd_im;
    z2[0] = sum_re - odd_re, z2[1] = sum_im - odd_im;
    z1[0] = difference_re + turn_im, z1[1] = difference_im - turn_re;
    z3[0] = difference_re - turn_im, z3[1] = difference_im + turn_re;
}

/// Joins transforms of `length` points to transforms of 4 * length; returns the place after its twiddles.
inline const float* radix4_pass(float* z, uint32_t points, uint32_t length, const float* twiddle) {
    const uint32_t step = 2u * length;
    float* const end = z + 2u * points;
    for (float* p = z; p != end; p += 4u * step) radix4_plain(p, step);
    for (uint32_t k = 1; k < length; ++k, twiddle += 6) {
        const Complex w1{twiddle[0], twiddle[1]}, w2{twiddle[2], twiddle[3]}, w3{twiddle[4], twiddle[5]};
        float *z0 = z + 2u * k, *z1 = z0 + step, *z2 = z1 + step, *z3 = z2 + step;
        for (; z0 < end; z0 += 4u * step, z1 += 4u * step, z2 += 4u * step, z3 += 4u * step) radix4_butterfly(z0, z1, z2, z3, w1, w2, w3);
    }
    return twiddle;
}

/// Complex transform of bit-reversed data, in place.
inline void transform_bit_reversed(const RealFft& fft, float* z) {
    const uint32_t points = fft.size / 2u;
    const float* twiddle = fft.twiddles;
    uint32_t length = 4;
    if ((points & 0x55555555u) == 0) {  // log2 is odd
        radix2_first(z, points);
        length = 2;
    } else {
        for (float *p = z, *const end = z + 2u * points; p != end; p += 8) radix4_plain(p, 2);
    }
    for (; length < points; length *= 4u) twiddle = radix4_pass(z, points, length, twiddle);
}

/// Calls bin(k, X[k], M - k, X[M - k]) with twice the real signal's spectrum, for k in [1, M / 2), from its packed complex one.
template <class Bin>
inline void split_spectrum(const RealFft& fft, const float* z, Bin bin) {
    const uint32_t points = fft.size / 2u;
    const float* w = fft.split;
    for (uint32_t k = 1; k < points / 2u; ++k, w += 2) {
        const float *const a = z + 2u * k, *const b = z + 2u * (points - k);
        const float even_re = a[0] + b[0], even_im = a[1] - b[1];
        const float odd_re = a[1] + b[1], odd_im = b[0] - a[0];
        const float turn_re = odd_re * w[0] - odd_im * w[1], turn_im = odd_re * w[1] + odd_im * w[0];
        bin(k, Complex{even_re + turn_re, even_im + turn_im}, points - k, Complex{even_re - turn_re, turn_im - even_im});
    }
}

}  // namespace detail

/// Puts natural-order samples into the order that the transform wants: pairs (complex values) bit-reversed.
inline void bit_reverse(const RealFft& fft, float* z) {
    const uint32_t points = fft.size / 2u;
    for (uint32_t i = 0, j = 0; i < points; ++i, j = next_bit_reversed(j, points / 2u)) {
        if (i >= j) continue;
        for (uint32_t part = 0; part < 2; ++part) {
            const float kept = z[2u * i + part];
            z[2u * i + part] = z[2u * j + part];
            z[2u * j + part] = kept;
        }
    }
}

/// Spectrum of `size` bit-reversed real values (bit_reverse, or a loader that writes there at once), in place: bin k at z[2k], z[2k + 1]
/// for k in [0, size / 2]. `z` holds fft_buffer_floats(size).
inline void real_fft(const RealFft& fft, float* z) {
    detail::transform_bit_reversed(fft, z);
    const uint32_t points = fft.size / 2u;
    detail::split_spectrum(fft, z, [z](uint32_t k, detail::Complex x, uint32_t mirrored, detail::Complex y) {
        z[2u * k] = 0.5f * x.re, z[2u * k + 1u] = 0.5f * x.im;
        z[2u * mirrored] = 0.5f * y.re, z[2u * mirrored + 1u] = 0.5f * y.im;
    });
    z[points + 1u] = -z[points + 1u];
    const float even = z[0], odd = z[1];
    z[0] = even + odd, z[1] = 0.0f;
    z[2u * points] = even - odd, z[2u * points + 1u] = 0.0f;
}

/// What power_spectrum's values are too large by: it leaves out the halving of each bin, for the caller's scale to take in.
constexpr float power_gain = 4.0f;

/// power_gain * |X[k]|^2 at z[2k], k in [0, size / 2], of bit-reversed real values, in place. `z` holds fft_buffer_floats(size).
inline void power_spectrum(const RealFft& fft, float* z) {
    detail::transform_bit_reversed(fft, z);
    const uint32_t points = fft.size / 2u;
    detail::split_spectrum(fft, z, [z](uint32_t k, detail::Complex x, uint32_t mirrored, detail::Complex y) {
        z[2u * k] = x.re * x.re + x.im * x.im;
        z[2u * mirrored] = y.re * y.re + y.im * y.im;
    });
    z[points] = power_gain * (z[points] * z[points] + z[points + 1u] * z[points + 1u]);
    const float even = z[0], odd = z[1];
    z[0] = power_gain * ((even + odd) * (even + odd));
    z[2u * points] = power_gain * ((even - odd) * (even - odd));
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
