// Four 32-bit numbers at a time with Helium, and the same in plain C++.
#pragma once

#include "mote/rt/nn/mve.hpp"

namespace mote {
namespace rt {
namespace nn {

#if MOTE_RT_MVE

/// Four 32-bit numbers.
using Lanes = int32x4_t;

MOTE_RT_INLINE Lanes lanes_of(int32_t a, int32_t b, int32_t c, int32_t d) {
    Lanes x;
    __asm__(
        "vmov %q0[2], %q0[0], %1, %3\n\t"
        "vmov %q0[3], %q0[1], %2, %4"
        : "=&w"(x)
        : "r"(a), "r"(b), "r"(c), "r"(d));
    return x;
}
MOTE_RT_INLINE Lanes lanes_of(int32_t x) { return vdupq_n_s32(x); }
MOTE_RT_INLINE Lanes load_lanes(const int8_t* from) { return vldrbq_s32(from); }
MOTE_RT_INLINE Lanes load_lanes(const int8_t* from, int32_t count) { return vldrbq_z_s32(from, vctp32q(static_cast<uint32_t>(count))); }
MOTE_RT_INLINE void store_lanes(Lanes x, int8_t* to) { vstrbq_s32(to, x); }
MOTE_RT_INLINE void store_lanes(Lanes x, int32_t count, int8_t* to) { vstrbq_p_s32(to, x, vctp32q(static_cast<uint32_t>(count))); }
MOTE_RT_INLINE Lanes added(Lanes x, int32_t y) { return vaddq_n_s32(x, y); }
MOTE_RT_INLINE Lanes added(Lanes x, Lanes y) { return vaddq_s32(x, y); }
MOTE_RT_INLINE Lanes shifted_left(Lanes x, int32_t by) { return vshlq_r_s32(x, by); }
/// doubling_high_multiply() of each lane.
MOTE_RT_INLINE Lanes high_multiplied(Lanes x, int32_t y) { return vqrdmulhq_n_s32(x, y); }
MOTE_RT_INLINE Lanes clamped(Lanes x, int32_t low, int32_t high) { return vminq_s32(vmaxq_s32(x, vdupq_n_s32(low)), vdupq_n_s32(high)); }

MOTE_RT_INLINE Lanes magnitudes(Lanes x) { return vabsq_s32(x); }
/// The high half of the product of numbers that are not negative.
MOTE_RT_INLINE Lanes high_product(Lanes x, uint32_t y) {
    return vreinterpretq_s32_u32(vmulhq_u32(vreinterpretq_u32_s32(x), vdupq_n_u32(y)));
}
MOTE_RT_INLINE Lanes with_sign_of(Lanes x, Lanes sign) { return vnegq_m_s32(x, x, vcmpltq_n_s32(sign, 0)); }

/// multiply() of each lane for a shift in [-31, -1]; halves below zero go up instead where `away` is false.
MOTE_RT_INLINE Lanes rescaled(Lanes x, int32_t multiplier, int32_t shift, bool away) {
    x = vqrdmulhq_n_s32(x, multiplier);
    if (away) x = vaddq_s32(x, vshrq_n_s32(x, 31));
    return vrshlq_n_s32(x, shift);
}

/// The first `count` lanes as bytes, `distance` apart.
MOTE_RT_INLINE void store_apart(Lanes x, int32_t distance, int32_t count, int8_t* to) {
    const uint32x4_t places = vmulq_n_u32(vidupq_n_u32(0, 1), static_cast<uint32_t>(distance));
    vstrbq_scatter_offset_p_s32(to, places, x, vctp32q(static_cast<uint32_t>(count)));
}

#else

struct Lanes {
    int32_t lane[4];
};

MOTE_RT_INLINE Lanes lanes_of(int32_t a, int32_t b, int32_t c, int32_t d) { return {{a, b, c, d}}; }
MOTE_RT_INLINE Lanes lanes_of(int32_t x) { return {{x, x, x, x}}; }
MOTE_RT_INLINE Lanes load_lanes(const int8_t* from, int32_t count = 4) {
    Lanes x{};
    for (int32_t i = 0; i < count; ++i) x.lane[i] = from[i];
    return x;
}
MOTE_RT_INLINE void store_lanes(Lanes x, int32_t count, int8_t* to) {
    for (int32_t i = 0; i < count; ++i) to[i] = static_cast<int8_t>(x.lane[i]);
}
MOTE_RT_INLINE void store_lanes(Lanes x, int8_t* to) { store_lanes(x, 4, to); }
MOTE_RT_INLINE Lanes added(Lanes x, Lanes y) {
    for (int32_t i = 0; i < 4; ++i) x.lane[i] = wrapping_add(x.lane[i], y.lane[i]);
    return x;
}
MOTE_RT_INLINE Lanes shifted_left(Lanes x, int32_t by) {
    for (int32_t& v : x.lane) v = static_cast<int32_t>(static_cast<uint32_t>(v) << by);
    return x;
}
MOTE_RT_INLINE Lanes high_multiplied(Lanes x, int32_t y) {
    for (int32_t& v : x.lane) v = doubling_high_multiply(v, y);
    return x;
}
MOTE_RT_INLINE Lanes added(Lanes x, int32_t y) {
    for (int32_t& v : x.lane) v = wrapping_add(v, y);
    return x;
}
MOTE_RT_INLINE Lanes clamped(Lanes x, int32_t low, int32_t high) {
    for (int32_t& v : x.lane) v = clamp(v, low, high);
    return x;
}
MOTE_RT_INLINE Lanes magnitudes(Lanes x) {
    for (int32_t& v : x.lane) v = v < 0 ? -v : v;
    return x;
}
MOTE_RT_INLINE Lanes high_product(Lanes x, uint32_t y) {
    for (int32_t& v : x.lane) v = static_cast<int32_t>((uint64_t{static_cast<uint32_t>(v)} * y) >> 32);
    return x;
}
MOTE_RT_INLINE Lanes with_sign_of(Lanes x, Lanes sign) {
    for (int i = 0; i < 4; ++i) x.lane[i] = sign.lane[i] < 0 ? -x.lane[i] : x.lane[i];
    return x;
}
MOTE_RT_INLINE Lanes rescaled(Lanes x, int32_t multiplier, int32_t shift, bool) {
    for (int32_t& v : x.lane) v = multiply(v, multiplier, shift);
    return x;
}
MOTE_RT_INLINE void store_apart(Lanes x, int32_t distance, int32_t count, int8_t* to) {
    for (int32_t i = 0; i < count; ++i) to[i * distance] = static_cast<int8_t>(x.lane[i]);
}

#endif

}  // namespace nn
}  // namespace rt
}  // namespace mote
