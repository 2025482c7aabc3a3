// Transposed convolution, seen from its output: a place takes part in those windows of the input whose stride leads to it, so that no zeros
// are multiplied (the sums of TensorFlow Lite's reference/integer_ops/transpose_conv.h in another order, which gives the same). Weights
// [ceil(O / 4)][KH][KW][I][4]: each value that is read serves four output channels. bias, multiplier and shift are those of whole fours;
// the zero point is not part of the bias, because places at the border take part in fewer windows.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct TransposedConv2dParameters {
    int32_t in_h, in_w, in_c;
    int32_t out_h, out_w, out_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t pad_top, pad_left;
    int32_t in_zero_point, out_zero_point;
    int32_t low, high;
    int32_t per_channel;
    int32_t split_bits;  ///< of kernels that rescale as split_rescale.hpp does
};

/// Places of the kernel that meet an output place along one axis: from `first` in steps of the stride to `end`, while the place of the
/// input goes back by one from `in`.
struct KernelPlaces {
    int32_t first, end, in;
};

MOTE_RT_INLINE KernelPlaces kernel_places(int32_t out, int32_t pad, int32_t stride, int32_t kernel, int32_t in) {
    const int32_t place = out + pad;
    KernelPlaces places = {place % stride, kernel, place / stride};
    if (places.in >= in) places.first += (places.in - in + 1) * stride, places.in = in - 1;
    if (place + 1 < places.end) places.end = place + 1;
    return places;
}

/// Adds the products of one place of the input with the weights of four output channels.
MOTE_RT_INLINE void add_four_products(const int8_t* x, const int8_t* w, int32_t count, int32_t zero_point, uint32_t (&sum)[4]) {
    for (int32_t i = 0; i < count; ++i, w += 4) {
        const int32_t value = x[i] - zero_point;
        sum[0] += product(value, w[0]);
        sum[1] += product(value, w[1]);
        sum[2] += product(value, w[2]);
        sum[3] += product(value, w[3]);
    }
}

inline void transposed_conv_2d_pixel(const TransposedConv2dParameters& p, const KernelPlaces& rows, const KernelPlaces& columns,
                                     const int8_t* in, const int8_t* weights, const int32_t* bias, const int32_t* multiplier,
                                     const int8_t* shift, int8_t* out) {
    for (int32_t first = 0; first < p.out_c; first += 4, weights += 4 * p.kernel_h * p.kernel_w * p.in_c) {
        uint32_t sum[4];
        for (int32_t k = 0; k < 4; ++k) sum[k] = static_cast<uint32_t>(bias[first + k]);
        int32_t iy = rows.in;
        for (int32_t ky = rows.first; ky < rows.end; ky += p.stride_h, --iy) {
            int32_t ix = columns.in;
            for (int32_t kx = columns.first; kx < columns.end; kx += p.stride_w, --ix)
                add_four_products(in + (iy * p.in_w + ix) * p.in_c, weights + 4 * (ky * p.kernel_w + kx) * p.in_c, p.in_c, p.in_zero_point,
                                  sum);
        }
        for (int32_t k = 0; k < 4 && first + k < p.out_c; ++k) {
            const int32_t q = p.per_channel ? first + k : 0;
            const int32_t value = wrapping_add(multiply(static_cast<int32_t>(sum[k]), multiplier[q], shift[q]), p.out_zero_point);
            out[first + k] = static_cast<int8_t>(clamp(value, p.low, p.high));
        }
    }
}

MOTE_RT_INLINE void transposed_conv_2d_reference(const TransposedConv2dParameters& p, const int8_t* in, const int8_t* weights,
                                                 const int32_t* bias, const int32_t* multiplier, const int8_t* shift, int8_t* out) {
    for (int32_t oy = 0; oy < p.out_h; ++oy) {
        const KernelPlaces rows = kernel_places(oy, p.pad_top, p.stride_h, p.kernel_h, p.in_h);
        for (int32_t ox = 0; ox < p.out_w; ++ox, out += p.out_c)
            transposed_conv_2d_pixel(p, rows, kernel_places(ox, p.pad_left, p.stride_w, p.kernel_w, p.in_w), in, weights, bias, multiplier,
                                     shift, out);
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
