// What the poolings share. Input and output have the same scale and zero point.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct Pool2dParameters {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t pad_top, pad_left;
    int32_t low, high;
};

/// The part of one window that lies inside the input.
struct Pool2dWindow {
    int32_t y0, y1, x0, x1;
};

MOTE_RT_INLINE Pool2dWindow pool_2d_window(const Pool2dParameters& p, int32_t oy, int32_t ox) {
    const int32_t top = oy * p.stride_h - p.pad_top;
    const int32_t left = ox * p.stride_w - p.pad_left;
    return {top < 0 ? 0 : top, top + p.kernel_h > p.in_h ? p.in_h : top + p.kernel_h, left < 0 ? 0 : left,
            left + p.kernel_w > p.in_w ? p.in_w : left + p.kernel_w};
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
