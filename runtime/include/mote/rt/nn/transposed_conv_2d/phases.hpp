// Transposed convolution by way of a kernel of conv_2d: output places that lie a stride apart meet the same places of the kernel, so each
// of the stride's phases is an ordinary convolution of the input with these places in reverse order (Shi et al., "Real-Time Single Image
// and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network", 2016). Its rows are computed a few at a time and
// put where they belong. scratch: transposed_band_bytes(), then that of the kernel.
#pragma once

#include "mote/rt/nn/conv_2d/groups.hpp"
#include "mote/rt/nn/transposed_conv_2d/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Along one axis: the output places phase, phase + stride, ... Kernels are at least as long as the stride, so that each meets one.
struct TransposedPhase {
    int32_t count;   ///< of output places
    int32_t kernel;  ///< places of the kernel that they meet: `first`, first + stride, ...
    int32_t first;
    int32_t pad;  ///< of the convolution; below zero where its first window begins inside the input
};

MOTE_RT_INLINE constexpr TransposedPhase transposed_phase(int32_t phase, int32_t out, int32_t pad, int32_t stride, int32_t kernel) {
    const int32_t place = phase + pad, first = place % stride, meeting = (kernel - first + stride - 1) / stride;
    return {(out - phase + stride - 1) / stride, meeting, first, meeting - 1 - place / stride};
}
MOTE_RT_INLINE constexpr TransposedPhase transposed_rows(const TransposedConv2dParameters& p, int32_t phase) {
    return transposed_phase(phase, p.out_h, p.pad_top, p.stride_h, p.kernel_h);
}
MOTE_RT_INLINE constexpr TransposedPhase transposed_columns(const TransposedConv2dParameters& p, int32_t phase) {
    return transposed_phase(phase, p.out_w, p.pad_left, p.stride_w, p.kernel_w);
}
MOTE_RT_INLINE constexpr int32_t transposed_phases_h(const TransposedConv2dParameters& p) {
    return p.stride_h < p.out_h ? p.stride_h : p.out_h;
}
MOTE_RT_INLINE constexpr int32_t transposed_phases_w(const TransposedConv2dParameters& p) {
    return p.stride_w < p.out_w ? p.stride_w : p.out_w;
}

/// A phase as a layer of its own.
MOTE_RT_INLINE constexpr Conv2dParameters transposed_layer(const TransposedConv2dParameters& p, const TransposedPhase& rows,
                                                           const TransposedPhase& columns) {
    return {p.in_h,   p.in_w,      p.in_c, rows.count,      columns.count,    p.out_c, rows.kernel, columns.kernel, 1,           1, 1, 1,
            rows.pad, columns.pad, 1,      p.in_zero_point, p.out_zero_point, p.low,   p.high,      p.per_channel,  p.split_bits};
}

/// Rows computed at a time: as few as make a whole number of the four pixels that kernels work on.
MOTE_RT_INLINE constexpr int32_t transposed_band_rows(int32_t columns) { return columns % 4 == 0 ? 1 : columns % 2 == 0 ? 2 : 4; }
MOTE_RT_INLINE constexpr int32_t transposed_band_bytes(const TransposedConv2dParameters& p) {
    // The first phase has the most columns; another may have one less.
    const int32_t columns = transposed_columns(p, 0).count;
    const int32_t first = transposed_band_rows(columns) * columns, next = transposed_band_rows(columns - 1) * (columns - 1);
    return ((first > next ? first : next) * p.out_c + 7) / 8 * 8;
}

/// run(the phase's parameters, its number, its tables, outputs, scratch); bytes_of(parameters): of the tables of a phase, which lie one
/// behind the other.
template <class Bytes, class Run>
MOTE_RT_INLINE void transposed_conv_2d_by_phases(const TransposedConv2dParameters& p, const int8_t* tables, int8_t* out, void* scratch,
                                                 const Bytes& bytes_of, const Run& run) {
    int8_t* const band = static_cast<int8_t*>(scratch);
    int32_t number = 0;
    for (int32_t y = 0; y < transposed_phases_h(p); ++y) {
        const TransposedPhase rows = transposed_rows(p, y);
        for (int32_t x = 0; x < transposed_phases_w(p); ++x, ++number) {
            const TransposedPhase columns = transposed_columns(p, x);
            Conv2dParameters q = transposed_layer(p, rows, columns);
            const int32_t at_once = transposed_band_rows(columns.count);
            for (int32_t first = 0; first < rows.count; first += at_once, q.pad_top -= at_once) {
                q.out_h = rows.count - first < at_once ? rows.count - first : at_once;
                run(q, number, tables, band, band + transposed_band_bytes(p));
                for (int32_t row = 0; row < q.out_h; ++row)
                    copy_channels(band + row * q.out_w * p.out_c, p.out_c, out + (((first + row) * p.stride_h + y) * p.out_w + x) * p.out_c,
                                  p.stride_w * p.out_c, p.out_c, q.out_w);
            }
            tables += bytes_of(q);
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
