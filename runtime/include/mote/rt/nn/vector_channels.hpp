// Sixteen channels side by side, each with a sum of products of its own: what depthwise convolutions are made of with NEON and AVX2.
#pragma once

#include "mote/rt/nn/vector_lanes.hpp"

namespace mote {
namespace rt {
namespace nn {

#if MOTE_RT_NEON

struct ChannelSums {
    int32x4_t quad[4];
};

/// sums + x * w, sixteen bytes each.
MOTE_RT_INLINE void add_products(ChannelSums& sums, const int8_t* x, const int8_t* w) {
    const int8x16_t a = vld1q_s8(x), b = vld1q_s8(w);
    const int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b)), high = vmull_high_s8(a, b);
    sums.quad[0] = vaddw_s16(sums.quad[0], vget_low_s16(low));
    sums.quad[1] = vaddw_high_s16(sums.quad[1], low);
    sums.quad[2] = vaddw_s16(sums.quad[2], vget_low_s16(high));
    sums.quad[3] = vaddw_high_s16(sums.quad[3], high);
}
MOTE_RT_INLINE Quad quad_of(const ChannelSums& sums, int32_t i) { return sums.quad[i]; }

#elif MOTE_RT_AVX2

struct ChannelSums {
    __m256i half[2];
};

MOTE_RT_INLINE void add_products(ChannelSums& sums, const int8_t* x, const int8_t* w) {
    const __m256i products = _mm256_mullo_epi16(row_bytes(x), row_bytes(w));
    sums.half[0] = _mm256_add_epi32(sums.half[0], _mm256_cvtepi16_epi32(_mm256_castsi256_si128(products)));
    sums.half[1] = _mm256_add_epi32(sums.half[1], _mm256_cvtepi16_epi32(_mm256_extracti128_si256(products, 1)));
}
MOTE_RT_INLINE Quad quad_of(const ChannelSums& sums, int32_t i) {
    return i % 2 == 0 ? _mm256_castsi256_si128(sums.half[i / 2]) : _mm256_extracti128_si256(sums.half[i / 2], 1);
}

#else

struct ChannelSums {
    int32_t lane[16];
};

MOTE_RT_INLINE void add_products(ChannelSums& sums, const int8_t* x, const int8_t* w) {
    for (int32_t i = 0; i < 16; ++i) sums.lane[i] += x[i] * w[i];
}
MOTE_RT_INLINE Quad quad_of(const ChannelSums& sums, int32_t i) {
    Quad x;
    __builtin_memcpy(&x, sums.lane + 4 * i, sizeof x);
    return x;
}

#endif

}  // namespace nn
}  // namespace rt
}  // namespace mote
