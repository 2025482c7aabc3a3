// What kernels for wide vectors do with NEON and AVX2, and the same in plain C++: sums of products of bytes, and sums to outputs.
#pragma once

#include "mote/rt/nn/vector_layer.hpp"

namespace mote {
namespace rt {
namespace nn {

// Quad: four 32-bit numbers. RowBytes: sixteen bytes, made ready to be multiplied. RowSums: parts of one sum of products.

#if MOTE_RT_NEON

using Quad = int32x4_t;
using RowBytes = int8x16_t;
using RowSums = int32x4_t;

MOTE_RT_INLINE RowBytes row_bytes(const int8_t* from) { return vld1q_s8(from); }
/// Two products of bytes other than -128 times -128 fit 16 bits.
MOTE_RT_INLINE void add_products(RowSums& sums, RowBytes x, RowBytes w) {
    sums = vpadalq_s16(sums, vmlal_high_s8(vmull_s8(vget_low_s8(x), vget_low_s8(w)), x, w));
}
/// The same of any bytes.
MOTE_RT_INLINE void add_any_products(RowSums& sums, RowBytes x, RowBytes w) {
    sums = vpadalq_s16(vpadalq_s16(sums, vmull_s8(vget_low_s8(x), vget_low_s8(w))), vmull_high_s8(x, w));
}
MOTE_RT_INLINE Quad totals(RowSums a, RowSums b, RowSums c, RowSums d) { return vpaddq_s32(vpaddq_s32(a, b), vpaddq_s32(c, d)); }

MOTE_RT_INLINE Quad quad_of(int32_t x) { return vdupq_n_s32(x); }
MOTE_RT_INLINE Quad load_quad(const int8_t* from) { return vreinterpretq_s32_s8(vld1q_s8(from)); }
MOTE_RT_INLINE Quad added(Quad x, Quad y) { return vaddq_s32(x, y); }
MOTE_RT_INLINE Quad clamped(Quad x, int32_t low, int32_t high) { return vminq_s32(vmaxq_s32(x, vdupq_n_s32(low)), vdupq_n_s32(high)); }
/// multiply() of each lane; shifts in [-31, -1]. Halves go up; where what is negative is made one less before, they go away from zero.
MOTE_RT_INLINE Quad rescaled(Quad x, Quad multiplier, Quad shift) {
    x = vqrdmulhq_s32(x, multiplier);
    return vrshlq_s32(vaddq_s32(x, vshrq_n_s32(x, 31)), shift);
}

#elif MOTE_RT_AVX2

using Quad = __m128i;
using RowBytes = __m256i;
using RowSums = __m256i;

MOTE_RT_INLINE RowBytes row_bytes(const int8_t* from) {
    return _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}
MOTE_RT_INLINE void add_products(RowSums& sums, RowBytes x, RowBytes w) { sums = _mm256_add_epi32(sums, _mm256_madd_epi16(x, w)); }
MOTE_RT_INLINE void add_any_products(RowSums& sums, RowBytes x, RowBytes w) { add_products(sums, x, w); }
MOTE_RT_INLINE Quad totals(RowSums a, RowSums b, RowSums c, RowSums d) {
    const __m256i halves = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
    return _mm_add_epi32(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
}

MOTE_RT_INLINE Quad quad_of(int32_t x) { return _mm_set1_epi32(x); }
MOTE_RT_INLINE Quad load_quad(const int8_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
MOTE_RT_INLINE Quad added(Quad x, Quad y) { return _mm_add_epi32(x, y); }
MOTE_RT_INLINE Quad clamped(Quad x, int32_t low, int32_t high) {
    return _mm_min_epi32(_mm_max_epi32(x, _mm_set1_epi32(low)), _mm_set1_epi32(high));
}
/// multiply() of each lane; shifts in [-31, -1].
MOTE_RT_INLINE Quad rescaled(Quad x, Quad multiplier, Quad shift) {
    const __m128i half = _mm_set1_epi64x(int64_t{1} << 30);
    const __m128i even = _mm_srli_epi64(_mm_add_epi64(_mm_mul_epi32(x, multiplier), half), 31);
    const __m128i odd = _mm_add_epi64(_mm_mul_epi32(_mm_srli_epi64(x, 32), _mm_srli_epi64(multiplier, 32)), half);
    x = _mm_blend_epi16(even, _mm_slli_epi64(odd, 1), 0xcc);
    const __m128i right = _mm_sub_epi32(_mm_setzero_si128(), shift), one = _mm_set1_epi32(1);
    const __m128i mask = _mm_sub_epi32(_mm_sllv_epi32(one, right), one);
    const __m128i threshold = _mm_sub_epi32(_mm_srli_epi32(mask, 1), _mm_srai_epi32(x, 31));
    return _mm_sub_epi32(_mm_srav_epi32(x, right), _mm_cmpgt_epi32(_mm_and_si128(x, mask), threshold));
}

#else

struct Quad {
    int32_t lane[4];
};
struct RowBytes {
    const int8_t* from;
};
using RowSums = uint32_t;

MOTE_RT_INLINE RowBytes row_bytes(const int8_t* from) { return {from}; }
MOTE_RT_INLINE void add_products(RowSums& sum, RowBytes x, RowBytes w) {
    for (int32_t i = 0; i < 16; ++i) sum += product(x.from[i], w.from[i]);
}
MOTE_RT_INLINE void add_any_products(RowSums& sum, RowBytes x, RowBytes w) { add_products(sum, x, w); }
MOTE_RT_INLINE Quad totals(RowSums a, RowSums b, RowSums c, RowSums d) {
    return {{static_cast<int32_t>(a), static_cast<int32_t>(b), static_cast<int32_t>(c), static_cast<int32_t>(d)}};
}
MOTE_RT_INLINE Quad quad_of(int32_t x) { return {{x, x, x, x}}; }
MOTE_RT_INLINE Quad load_quad(const int8_t* from) {
    Quad x;
    __builtin_memcpy(x.lane, from, sizeof x.lane);
    return x;
}
MOTE_RT_INLINE Quad added(Quad x, Quad y) {
    for (int32_t i = 0; i < 4; ++i) x.lane[i] = wrapping_add(x.lane[i], y.lane[i]);
    return x;
}
MOTE_RT_INLINE Quad clamped(Quad x, int32_t low, int32_t high) {
    for (int32_t& v : x.lane) v = clamp(v, low, high);
    return x;
}
MOTE_RT_INLINE Quad rescaled(Quad x, Quad multiplier, Quad shift) {
    for (int32_t i = 0; i < 4; ++i) x.lane[i] = multiply(x.lane[i], multiplier.lane[i], shift.lane[i]);
    return x;
}

#endif

/// Four bytes, each to a lane.
MOTE_RT_INLINE Quad widened(const int8_t* from) {
    const int32_t lanes[4] = {from[0], from[1], from[2], from[3]};
    Quad x;
    __builtin_memcpy(&x, lanes, sizeof x);
    return x;
}

/// The first `count` lanes as bytes, 1 to 4.
MOTE_RT_INLINE void store_quad(Quad x, int32_t count, int8_t* to) {
    int32_t lanes[4];
    __builtin_memcpy(lanes, &x, sizeof lanes);
    for (int32_t i = 0; i < count; ++i) to[i] = static_cast<int8_t>(lanes[i]);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
