// 2-D convolution, one group, for cores with wide vectors (Helium, NEON, AVX2): the windows of two output pixels are gathered as two rows
// of bytes and multiplied with four output channels at a time, 16 places together. The bytes are those of the reference kernel.
//
// layer: weights and tables as in vector_rows.hpp; a row is a window [kernel_h][kernel_w][in_c], without gaps. scratch: two rows.
#pragma once

#include "mote/rt/nn/conv_2d/reference.hpp"
#include "mote/rt/nn/vector_rows.hpp"

namespace mote {
namespace rt {
namespace nn {

/// 16 places each, of a window.
MOTE_RT_INLINE constexpr int32_t conv_2d_chunks(const Conv2dParameters& p) { return (p.kernel_h * p.kernel_w * p.in_c + 15) / 16; }

/// One kernel row at input row `from` (null: outside), from input column `left`.
MOTE_RT_INLINE void conv_2d_kernel_row(const Conv2dParameters& p, const int8_t* from, int32_t left, int8_t* to) {
    if (from != nullptr && p.dilation_w != 1) {
        for (int32_t kx = 0; kx < p.kernel_w; ++kx, to += p.in_c) {
            const int32_t ix = left + kx * p.dilation_w;
            if (ix >= 0 && ix < p.in_w)
                copy_bytes(from + ix * p.in_c, p.in_c, to);
            else
                fill_bytes(to, p.in_c, p.in_zero_point);
        }
        return;
    }
    const int32_t begin = from == nullptr ? p.kernel_w : left < 0 ? -left : 0;
    const int32_t end = left + p.kernel_w > p.in_w ? p.in_w - left : p.kernel_w;
    fill_bytes(to, begin * p.in_c, p.in_zero_point);
    if (from == nullptr || begin >= end) return fill_bytes(to, p.kernel_w * p.in_c, p.in_zero_point);
    copy_bytes(from + (left + begin) * p.in_c, (end - begin) * p.in_c, to + begin * p.in_c);
    fill_bytes(to + end * p.in_c, (p.kernel_w - end) * p.in_c, p.in_zero_point);
}

/// The window of output pixel (oy, ox).
MOTE_RT_INLINE void conv_2d_window(const Conv2dParameters& p, const int8_t* in, int32_t oy, int32_t ox, int8_t* to) {
    const int32_t run = p.kernel_w * p.in_c;
    const int32_t left = ox * p.stride_w - p.pad_left;
    int32_t iy = oy * p.stride_h - p.pad_top;
    const bool columns_inside = p.dilation_w == 1 && left >= 0 && left + p.kernel_w <= p.in_w;
    if (columns_inside && iy >= 0 && iy + (p.kernel_h - 1) * p.dilation_h < p.in_h) {
        const int8_t* from = in + (iy * p.in_w + left) * p.in_c;
        for (int32_t ky = 0; ky < p.kernel_h; ++ky, from += p.dilation_h * p.in_w * p.in_c, to += run) copy_bytes(from, run, to);
        return;
    }
    for (int32_t ky = 0; ky < p.kernel_h; ++ky, iy += p.dilation_h, to += run)
        conv_2d_kernel_row(p, iy >= 0 && iy < p.in_h ? in + iy * p.in_w * p.in_c : nullptr, left, to);
}

MOTE_RT_INLINE void conv_2d_vector(const Conv2dParameters& p, const int8_t* in, const int8_t* layer, int8_t* out, void* scratch) {
    const int32_t row = 16 * conv_2d_chunks(p), pixels = p.out_h * p.out_w;
    const VectorLayer l{conv_2d_chunks(p), p.out_c, p.out_zero_point, p.low, p.high};
    int8_t* const x = static_cast<int8_t*>(scratch);
    int32_t oy = 0, ox = 0;
    for (int32_t first = 0; first < pixels; first += 2, out += 2 * p.out_c) {
        const int32_t count = pixels - first < 2 ? 1 : 2;
        for (int32_t i = 0; i < count; ++i) {
            conv_2d_window(p, in, oy, ox, x + i * row);
            if (++ox == p.out_w) ox = 0, ++oy;
        }
        vector_rows(l, count, x, x + row, layer, out, out + p.out_c);
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
