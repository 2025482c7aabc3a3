// Maximum of a sliding window of each channel, padding left out.
#pragma once

#include "mote/rt/nn/pool_2d.hpp"

namespace mote {
namespace rt {
namespace nn {

template <class T>
MOTE_RT_INLINE void max_pool_2d_reference(const Pool2dParameters& p, const T* in, T* out) {
    for (int32_t oy = 0; oy < p.out_h; ++oy) {
        for (int32_t ox = 0; ox < p.out_w; ++ox) {
            const Pool2dWindow window = pool_2d_window(p, oy, ox);
            for (int32_t c = 0; c < p.in_c; ++c) {
                int32_t most = sizeof(T) == 1 ? -128 : -32768;
                for (int32_t y = window.y0; y < window.y1; ++y)
                    for (int32_t x = window.x0; x < window.x1; ++x) {
                        const int32_t value = in[(y * p.in_w + x) * p.in_c + c];
                        most = value > most ? value : most;
                    }
                *out++ = static_cast<T>(clamp(most, p.low, p.high));
            }
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
