// The functions of gates with Helium, eight numbers of 16 bits at a time: the bits of nn/exponential_16.hpp and of InterpolatedFunctions.
#pragma once

#include "mote/rt/nn/gate_functions.hpp"
#include "mote/rt/nn/mve.hpp"

#if MOTE_RT_MVE

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE int16x8_t minus_magnitude(int16x8_t a) { return vminq_s16(a, vqnegq_s16(a)); }
MOTE_RT_INLINE int16x8_t negative_where(int16x8_t x, int16x8_t sign) { return vnegq_m_s16(x, x, vcmpltq_n_s16(sign, 0)); }

/// The series.
struct MveSeriesFunctions {
    static MOTE_RT_INLINE int16x8_t logistic(int16x8_t a) {
        const int16x8_t x = twice_reciprocal(exp_of_negative<3>(minus_magnitude(a))), size = vqaddq_s16(x, x);
        const int16x8_t y = vpselq_s16(size, vsubq_s16(vdupq_n_s16(32767), size), vcmpgtq_n_s16(a, 0));
        return vpselq_s16(vdupq_n_s16(16384), y, vcmpeqq_n_s16(a, 0));
    }
    template <int integer_bits>
    static MOTE_RT_INLINE int16x8_t tanh(int16x8_t a) {
        const int16x8_t x = twice_reciprocal(exp_of_negative<integer_bits + 1>(minus_magnitude(a)));
        const int16x8_t size = vqshlq_n_s16(vsubq_n_s16(x, 8192), 2);
        return vpselq_s16(vdupq_n_s16(0), negative_where(size, a), vcmpeqq_n_s16(a, 0));
    }

  private:
    static MOTE_RT_INLINE int16x8_t exp_of_small_negative(int16x8_t a) {
        const int16x8_t x = vaddq_n_s16(a, 4096), x2 = vqrdmulhq_s16(x, x), x3 = vqrdmulhq_s16(x2, x);
        const int16x8_t x4_over_4 = vrshrq_n_s16(vqrdmulhq_s16(x2, x2), 2);
        const int16x8_t tail = vrshrq_n_s16(vaddq_s16(vqrdmulhq_n_s16(vaddq_s16(x4_over_4, x3), 10923), x2), 1);
        return vqaddq_n_s16(vqrdmulhq_n_s16(vaddq_s16(x, tail), 28918), 28918);
    }
    template <int integer_bits>
    static MOTE_RT_INLINE int16x8_t exp_of_negative(int16x8_t a) {
        constexpr int quarter_bit = 13 - integer_bits;
        constexpr int16_t quarter = int16_t{1} << quarter_bit, factors[] = {25520, 19875, 12055, 4435, 600, 11, 0};
        const int16x8_t rest = vsubq_n_s16(vandq_s16(a, vdupq_n_s16(quarter - 1)), quarter);
        int16x8_t result = exp_of_small_negative(vshlq_n_s16(rest, integer_bits));
        const int16x8_t steps = vsubq_s16(rest, a);
#pragma GCC unroll 7
        for (int k = 0; k < integer_bits + 2 && k < 7; ++k) {
            const int16x8_t bit = vandq_s16(steps, vdupq_n_s16(static_cast<int16_t>(quarter << k)));
            result = vpselq_s16(vqrdmulhq_n_s16(result, factors[k]), result, vcmpneq_n_s16(bit, 0));
        }
        if (integer_bits > 5)
            result = vpselq_s16(vdupq_n_s16(0), result,
                                vcmpltq_n_s16(a, static_cast<int16_t>(-(int32_t{1} << (integer_bits > 5 ? 20 - integer_bits : 0)))));
        return vpselq_s16(vdupq_n_s16(32767), result, vcmpeqq_n_s16(a, 0));
    }
    static MOTE_RT_INLINE int16x8_t twice_reciprocal(int16x8_t a) {
        const int16x8_t half = vaddq_n_s16(vshrq_n_s16(a, 1), 16384);
        int16x8_t x = vaddq_n_s16(vqrdmulhq_n_s16(half, -15420), 23130);
        for (int i = 0; i < 3; ++i) {
            const int16x8_t error = vsubq_s16(vdupq_n_s16(8192), vqrdmulhq_s16(half, x));
            x = vaddq_s16(x, vshlq_n_s16(vqrdmulhq_s16(x, error), 2));
        }
        return x;
    }
};

/// mote's own.
struct MveInterpolatedFunctions {
    static MOTE_RT_INLINE int16x8_t logistic(int16x8_t a) {
        return between(vshrq_n_s16(a, 7), vandq_s16(a, vdupq_n_s16(127)), vshrq_n_s16(a, 15));
    }
    template <int integer_bits>
    static MOTE_RT_INLINE int16x8_t tanh(int16x8_t a) {
        constexpr int left = integer_bits < 2 ? 0 : integer_bits - 2, right = integer_bits < 2 ? 2 - integer_bits : 0;
        if (right > 0) {
            const uint16x8_t size = vshrq_n_u16(vreinterpretq_u16_s16(vabsq_s16(a)), right > 0 ? right : 1);
            a = negative_where(vreinterpretq_s16_u16(size), a);
        }
        if (left > 1) {
            constexpr int16_t most = static_cast<int16_t>(65535 >> left);
            a = vmaxq_s16(vminq_s16(a, vdupq_n_s16(most)), vdupq_n_s16(-most));
        }
        const int16x8_t part = vandq_s16(vshlq_n_s16(a, left), vdupq_n_s16(127));
        const int16x8_t y = between(vshrq_n_s16(a, 7 - left), part, vshrq_n_s16(a, 15));
        return vmaxq_s16(vqshlq_n_s16(vsubq_s16(y, vdupq_n_s16(16384)), 1), vdupq_n_s16(-32767));
    }

  private:
    /// Unsigned; sign: 0 or -1.
    static MOTE_RT_INLINE int16x8_t between(int16x8_t place, int16x8_t part, int16x8_t sign) {
        const uint16x8_t at = vreinterpretq_u16_s16(vaddq_n_s16(place, 512));
        const int16x8_t first = vreinterpretq_s16_u16(vldrhq_gather_shifted_offset_u16(logistic_table.at, at));
        const int16x8_t second = vreinterpretq_s16_u16(vldrhq_gather_shifted_offset_u16(logistic_table.at + 1, at));
        const int16x8_t slope = vmulq_s16(vsubq_s16(second, first), part);
        return vaddq_s16(first, vshrq_n_s16(vaddq_s16(slope, vaddq_n_s16(sign, 64)), 7));
    }
};

/// round(a * b / 2^shift), halves away from zero, of the lanes that count.
template <int shift>
MOTE_RT_INLINE int32x4_t rounded_product(int32x4_t product) {
    return vrshrq_n_s32(vaddq_s32(product, vshrq_n_s32(product, 31)), shift);
}

/// The two halves of eight numbers: those of even and of odd places.
struct MveHalves {
    int32x4_t even, odd;
};
MOTE_RT_INLINE MveHalves mve_product(int16x8_t a, int16x8_t b) { return {vmullbq_int_s16(a, b), vmulltq_int_s16(a, b)}; }
/// Held to 16 bits.
MOTE_RT_INLINE int16x8_t mve_narrowed(MveHalves x) { return vqmovntq_s32(vqmovnbq_s32(vdupq_n_s16(0), x.even), x.odd); }

}  // namespace nn
}  // namespace rt
}  // namespace mote

#endif
