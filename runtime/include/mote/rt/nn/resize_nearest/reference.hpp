// An image of another size: each pixel is one of the input, by row and column.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct ResizeNearestParameters {
    int32_t in_w, channels, out_h, out_w;
};

template <class T>
MOTE_RT_INLINE void resize_nearest_reference(const ResizeNearestParameters& p, const T* in, const int32_t* rows, const int32_t* columns,
                                             T* out) {
    for (int32_t y = 0; y < p.out_h; ++y)
        for (int32_t x = 0; x < p.out_w; ++x) {
            const T* from = in + (rows[y] * p.in_w + columns[x]) * p.channels;
            for (int32_t c = 0; c < p.channels; ++c) *out++ = from[c];
        }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
