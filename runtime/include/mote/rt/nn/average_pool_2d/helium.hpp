// Mean of a sliding window for cores with Helium, 16 channels at a time; the bytes are those of the reference kernel. A window has at most
// 4096 places.
#pragma once

#include "mote/rt/nn/average_pool_2d/reference.hpp"
#include "mote/rt/nn/mve_lanes.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Four channels' sums over places, divided by their number, halves away from zero. The quotient comes from the high half of a product: the
/// reciprocal is too large by less than 1, and the dividend times the divisor stays below 2^32.
MOTE_RT_INLINE Lanes average_pool_2d_mean(Lanes sum, int32_t places) {
    if (places == 1) return sum;
    const uint32_t reciprocal = 0xffffffffu / static_cast<uint32_t>(places) + 1u;
    return with_sign_of(high_product(added(magnitudes(sum), places / 2), reciprocal), sum);
}

/// `groups` times four channels of one window, from the address of its first place on; `count` of the last four.
template <int groups>
MOTE_RT_INLINE void average_pool_2d_channels(const Pool2dParameters& p, const int8_t* from, const Pool2dWindow& w, int32_t count,
                                             int8_t* out) {
    Lanes sums[groups];
#pragma GCC unroll 4
    for (int g = 0; g < groups; ++g) sums[g] = lanes_of(0);
    const int32_t width = w.x1 - w.x0;
    for (int32_t y = w.y0; y < w.y1; ++y, from += (p.in_w - width) * p.in_c)
        for (int32_t x = 0; x < width; ++x, from += p.in_c) {
#pragma GCC unroll 4
            for (int g = 0; g < groups; ++g)
                sums[g] = added(sums[g], count == 4 ? load_lanes(from + 4 * g) : load_lanes(from + 4 * g, count));
        }
#pragma GCC unroll 4
    for (int g = 0; g < groups; ++g) {
        const Lanes mean = clamped(average_pool_2d_mean(sums[g], (w.y1 - w.y0) * width), p.low, p.high);
        count == 4 ? store_lanes(mean, out + 4 * g) : store_lanes(mean, count, out + 4 * g);
    }
}

MOTE_RT_INLINE void average_pool_2d_helium(const Pool2dParameters& p, const int8_t* in, int8_t* out) {
    for (int32_t oy = 0; oy < p.out_h; ++oy)
        for (int32_t ox = 0; ox < p.out_w; ++ox, out += p.in_c) {
            const Pool2dWindow w = pool_2d_window(p, oy, ox);
            const int8_t* const from = in + (w.y0 * p.in_w + w.x0) * p.in_c;
            int32_t c = 0;
            for (; c + 16 <= p.in_c; c += 16) average_pool_2d_channels<4>(p, from + c, w, 4, out + c);
            for (; c + 4 <= p.in_c; c += 4) average_pool_2d_channels<1>(p, from + c, w, 4, out + c);
            if (c < p.in_c) average_pool_2d_channels<1>(p, from + c, w, p.in_c - c, out + c);
        }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
