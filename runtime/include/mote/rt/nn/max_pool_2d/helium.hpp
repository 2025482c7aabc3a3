// Maximum of a sliding window for cores with Helium, 16 channels at a time; the bytes are those of the reference kernel.
#pragma once

#include "mote/rt/nn/max_pool_2d/reference.hpp"
#include "mote/rt/nn/mve.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Up to 16 channels of one window, from the address of its first place on.
MOTE_RT_INLINE void max_pool_2d_channels(const Pool2dParameters& p, const int8_t* from, const Pool2dWindow& w, int32_t count, int8_t* out) {
    const int32_t width = w.x1 - w.x0;
#if MOTE_RT_MVE
    const mve_pred16_t lanes = vctp8q(static_cast<uint32_t>(count));
    int8x16_t most = vdupq_n_s8(static_cast<int8_t>(p.low));
    for (int32_t y = w.y0; y < w.y1; ++y, from += (p.in_w - width) * p.in_c)
        for (int32_t x = 0; x < width; ++x, from += p.in_c) most = vmaxq_s8(most, count == 16 ? vldrbq_s8(from) : vldrbq_z_s8(from, lanes));
    vstrbq_p_s8(out, vminq_s8(most, vdupq_n_s8(static_cast<int8_t>(p.high))), lanes);
#else
    for (int32_t c = 0; c < count; ++c) {
        int32_t most = p.low;
        for (int32_t y = 0; y < w.y1 - w.y0; ++y)
            for (int32_t x = 0; x < width; ++x) {
                const int32_t value = from[(y * p.in_w + x) * p.in_c + c];
                most = value > most ? value : most;
            }
        out[c] = static_cast<int8_t>(most < p.high ? most : p.high);
    }
#endif
}

MOTE_RT_INLINE void max_pool_2d_helium(const Pool2dParameters& p, const int8_t* in, int8_t* out) {
    for (int32_t oy = 0; oy < p.out_h; ++oy)
        for (int32_t ox = 0; ox < p.out_w; ++ox, out += p.in_c) {
            const Pool2dWindow w = pool_2d_window(p, oy, ox);
            const int8_t* const from = in + (w.y0 * p.in_w + w.x0) * p.in_c;
            int32_t c = 0;
            for (; c + 16 <= p.in_c; c += 16) max_pool_2d_channels(p, from + c, w, 16, out + c);
            if (c < p.in_c) max_pool_2d_channels(p, from + c, w, p.in_c - c, out + c);
        }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
