// Convolution of each channel by itself, no dilation, for cores with the DSP extension: a band of rows of four channels is spread into four
// planes of 16-bit values, padding included, and each plane is filtered with the weights of its output channels.
//
// channels: for each output channel
//   int32  bias
//   int32  doubled multiplier, modulo 2^32
//   int32  -shift
//   int8   weights: of a 3 x 3 kernel with stride 1 or 2 each row as w0 w1 w1 w2; of one row as w0 w1 w1 w2, w2 w3 w3 w4 and so on, zeros
//          behind the last (depthwise_is_line()); of any other all rows one after another, then zeros to a multiple of 4
// Every multiplier and every shift is in the range of FastRescale (checked where the call is generated).
// scratch: 4 planes of depthwise_plane_bytes(), then depthwise_tap_bytes().
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/dsp_lines.hpp"

namespace mote {
namespace rt {
namespace nn {

/// 16-bit places of one row of a plane: all that the outputs of a row read, even. A kernel of an even width is read with a weight of 0
/// more.
MOTE_RT_INLINE constexpr int32_t depthwise_row(const DepthwiseConv2dParameters& p) {
    return ((p.out_w - 1) * p.stride_w + (p.kernel_w | 1) + 2) / 2 * 2;
}
MOTE_RT_INLINE constexpr int32_t depthwise_band_height(const DepthwiseConv2dParameters& p, int32_t band_rows) {
    return (band_rows - 1) * p.stride_h + p.kernel_h;
}
MOTE_RT_INLINE constexpr int32_t depthwise_plane_bytes(const DepthwiseConv2dParameters& p, int32_t band_rows) {
    return 2 * depthwise_row(p) * depthwise_band_height(p, band_rows);
}
MOTE_RT_INLINE constexpr bool depthwise_is_3x3(const DepthwiseConv2dParameters& p) {
    return p.kernel_h == 3 && p.kernel_w == 3 && p.stride_w <= 2;
}
/// Bytes of the 16-bit weights of a kernel that is neither 3 x 3 nor one row.
MOTE_RT_INLINE constexpr int32_t depthwise_tap_bytes(const DepthwiseConv2dParameters& p) {
    return depthwise_is_3x3(p) || depthwise_is_line(p) ? 0 : 8 * p.kernel_h * depthwise_tap_words(p);
}
/// Bytes of one output channel in the table.
MOTE_RT_INLINE constexpr int32_t depthwise_channel_bytes(const DepthwiseConv2dParameters& p) {
    return 12 + (depthwise_is_3x3(p) ? 12 : depthwise_is_line(p) ? 4 * depthwise_line_words(p) : (p.kernel_h * p.kernel_w + 3) / 4 * 4);
}

MOTE_RT_INLINE void depthwise_fill(int16_t* to, int32_t count, int32_t value) {
    for (int32_t i = 0; i < count; i += 2) store_word(to + i, pair_of(value));
}

/// Four channels of `count` neighbouring pixels to four planes.
MOTE_RT_INLINE void depthwise_spread_row(const int8_t* pixel, int32_t in_c, int32_t count, int32_t plane, int16_t* to) {
    for (; count >= 2; count -= 2, pixel += 2 * in_c, to += 2) {
        const uint32_t first = load_word(pixel), second = load_word(pixel + in_c);
        const uint32_t even = even_bytes(first), odd = odd_bytes(first), next_even = even_bytes(second), next_odd = odd_bytes(second);
        store_word(to, low_halves(even, next_even));
        store_word(to + plane, low_halves(odd, next_odd));
        store_word(to + 2 * plane, high_halves(even, next_even));
        store_word(to + 3 * plane, high_halves(odd, next_odd));
    }
    if (count > 0)
        for (int32_t k = 0; k < 4; ++k) to[k * plane] = pixel[k];
}

/// Rows [first, first + height) of the padded input of four channels, to four planes whose padding on the left and right is there already.
inline __attribute__((noinline)) void depthwise_spread(const DepthwiseConv2dParameters& p, const int8_t* in, int32_t channel, int32_t first,
                                                       int32_t height, int32_t plane, int16_t* to) {
    const int32_t row = depthwise_row(p);
    const int32_t width = row - p.pad_left < p.in_w ? row - p.pad_left : p.in_w;
    for (int32_t y = 0; y < height; ++y, to += row) {
        const int32_t iy = first + y - p.pad_top;
        if (iy < 0 || iy >= p.in_h) {
            // The planes of a single band hold zero points here from the beginning.
            for (int32_t k = 0; k < 4 && p.band_rows < p.out_h; ++k) depthwise_fill(to + k * plane, row, p.in_zero_point);
            continue;
        }
        const int8_t* pixel = in + iy * p.in_w * p.in_c + channel;
        if (channel + 4 <= p.in_c) {
            depthwise_spread_row(pixel, p.in_c, width, plane, to + p.pad_left);
            continue;
        }
        for (int32_t x = 0; x < width; ++x, pixel += p.in_c)
            for (int32_t k = 0; k < p.in_c - channel; ++k) to[k * plane + p.pad_left + x] = pixel[k];
    }
}

#if MOTE_RT_ARM_DSP_LOOPS
#define MOTE_RT_DEPTHWISE_TIE(v) "add " v ", " v ", " v ", asr #31\n\t"
#define MOTE_RT_DEPTHWISE_NO_TIE(v) ""
// clang-format off
// r0 to r2: three rows of the plane, r3: output, r4 to r9: weights, r10 and r11: sums. On the stack: bias, doubled, half_and_zero, right,
// out_c, row_bytes, row_step_bytes, pair_bytes, single_bytes, rows, next row, end.
#define MOTE_RT_DEPTHWISE_PAIR_ROW(x, w0, w1) \
    "ldrd r12, lr, [" x "], #4\n\t"           \
    "smlad r10, r12, " w0 ", r10\n\t"         \
    "smlatb r11, r12, " w0 ", r11\n\t"        \
    "smlabt r10, lr, " w1 ", r10\n\t"         \
    "smlad r11, lr, " w1 ", r11\n\t"
#define MOTE_RT_DEPTHWISE_ROW(x, w0, w1) \
    "ldrd r12, lr, [" x "], #4\n\t"      \
    "smlad r10, r12, " w0 ", r10\n\t"    \
    "smlabt r10, lr, " w1 ", r10\n\t"
#define MOTE_RT_DEPTHWISE_3X3(tie)                               \
    __asm__ volatile(                                            \
        ".syntax unified\n\t"                                    \
        "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n\t"        \
        "sub sp, sp, #48\n\t"                                    \
        "add r12, r0, #12\n\t"                                   \
        "ldmia r12!, {r4, r5, r6, r7, r8, r9, r10, r11}\n\t"     \
        "stmia sp, {r4, r5, r6, r7, r8, r9, r10, r11}\n\t"       \
        "ldmia r12, {r4, r5}\n\t"                                \
        "ldmia r0, {r1, r2, r3}\n\t"                             \
        "strd r4, r5, [sp, #32]\n\t"                             \
        "str r2, [sp, #40]\n\t"                                  \
        "ldmia r1, {r4, r6, r8}\n\t" \
        "sxtb16 r5, r4, ror #8\n\t" \
        "sxtb16 r4, r4\n\t" \
        "sxtb16 r7, r6, ror #8\n\t" \
        "sxtb16 r6, r6\n\t" \
        "sxtb16 r9, r8, ror #8\n\t" \
        "sxtb16 r8, r8\n" \
        "1:\n\t" /* a row of outputs */                          \
        "ldr r0, [sp, #40]\n\t"                                  \
        "ldrd r10, r11, [sp, #20]\n\t"                           \
        "add r1, r0, r10\n\t"                                    \
        "add r2, r1, r10\n\t"                                    \
        "add r11, r0, r11\n\t"                                   \
        "str r11, [sp, #40]\n\t"                                 \
        "ldr r10, [sp, #28]\n\t"                                 \
        "cmp r10, #0\n\t"                                        \
        "beq 3f\n\t"                                             \
        "add r10, r10, r0\n\t"                                   \
        "str r10, [sp, #44]\n"                                   \
        "2:\n\t" /* a pair */                                    \
        "ldr r10, [sp]\n\t"                                      \
        "ldrd r12, lr, [r0], #4\n\t"                             \
        "smlatb r11, r12, r4, r10\n\t"                           \
        "smlad r10, r12, r4, r10\n\t"                            \
        "smlad r11, lr, r5, r11\n\t"                             \
        "smlabt r10, lr, r5, r10\n\t"                            \
        MOTE_RT_DEPTHWISE_PAIR_ROW("r1", "r6", "r7")             \
        MOTE_RT_DEPTHWISE_PAIR_ROW("r2", "r8", "r9")             \
        "ldrd r12, lr, [sp, #4]\n\t"                             \
        "smmlar r10, r10, r12, r10\n\t"                          \
        "smmlar r11, r11, r12, r11\n\t" tie("r10") tie("r11")    \
        "add r10, r10, lr\n\t"                                   \
        "add r11, r11, lr\n\t"                                   \
        "ldrd r12, lr, [sp, #12]\n\t"                            \
        "asr r10, r10, r12\n\t"                                  \
        "asr r11, r11, r12\n\t"                                  \
        "ssat r10, #8, r10\n\t"                                  \
        "ssat r11, #8, r11\n\t"                                  \
        "strb r10, [r3]\n\t"                                     \
        "strb r11, [r3, lr]\n\t"                                 \
        "add r3, r3, lr, lsl #1\n\t"                             \
        "ldr r12, [sp, #44]\n\t"                                 \
        "cmp r0, r12\n\t"                                        \
        "bne 2b\n"                                               \
        "3:\n\t"                                                 \
        "ldr r10, [sp, #32]\n\t"                                 \
        "cmp r10, #0\n\t"                                        \
        "beq 5f\n\t"                                             \
        "add r10, r10, r0\n\t"                                   \
        "str r10, [sp, #44]\n"                                   \
        "4:\n\t" /* a single one */                              \
        "ldr r10, [sp]\n\t"                                      \
        MOTE_RT_DEPTHWISE_ROW("r0", "r4", "r5")                  \
        MOTE_RT_DEPTHWISE_ROW("r1", "r6", "r7")                  \
        MOTE_RT_DEPTHWISE_ROW("r2", "r8", "r9")                  \
        "ldrd r12, lr, [sp, #4]\n\t"                             \
        "smmlar r10, r10, r12, r10\n\t" tie("r10")               \
        "add r10, r10, lr\n\t"                                   \
        "ldrd r12, lr, [sp, #12]\n\t"                            \
        "asr r10, r10, r12\n\t"                                  \
        "ssat r10, #8, r10\n\t"                                  \
        "strb r10, [r3]\n\t"                                     \
        "add r3, r3, lr\n\t"                                     \
        "ldr r12, [sp, #44]\n\t"                                 \
        "cmp r0, r12\n\t"                                        \
        "bne 4b\n"                                               \
        "5:\n\t"                                                 \
        "ldr r10, [sp, #36]\n\t"                                 \
        "subs r10, r10, #1\n\t"                                  \
        "str r10, [sp, #36]\n\t"                                 \
        "bne 1b\n\t"                                             \
        "add sp, sp, #48\n\t"                                    \
        "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n\t")
// clang-format on
// All registers are in use: functions without a frame leave none to the compiler.
__attribute__((naked, noinline)) inline void depthwise_3x3_with_ties(const DepthwiseChannel& /*channel*/) {
    MOTE_RT_DEPTHWISE_3X3(MOTE_RT_DEPTHWISE_TIE);
}
__attribute__((naked, noinline)) inline void depthwise_3x3_without_ties(const DepthwiseChannel& /*channel*/) {
    MOTE_RT_DEPTHWISE_3X3(MOTE_RT_DEPTHWISE_NO_TIE);
}
#else
inline void depthwise_3x3_with_ties(const DepthwiseChannel& c) {
    int8_t* out = c.out;
    for (int32_t y = 0; y < c.rows; ++y)
        for (int32_t i = 0; i < (c.pairs + c.singles) / 4; ++i) {
            int32_t a = c.bias, b = c.bias;
            for (int32_t ky = 0; ky < 3; ++ky) {
                const int16_t* const x = c.plane + (y * c.row_step_bytes + ky * c.row_bytes) / 2 + 2 * i;
                const uint32_t u = load_word(x), v = load_word(x + 2), row = load_word(c.weights + 4 * ky);
                const uint32_t w0 = even_bytes(row), w1 = odd_bytes(row);
                a = low_times_high(v, w1, dot_pair(u, w0, a)), b = dot_pair(v, w1, high_times_low(u, w0, b));
            }
            *out = depthwise_rescaled(c, a);
            out += c.out_c;
            if (i >= c.pairs / 4) continue;
            *out = depthwise_rescaled(c, b);
            out += c.out_c;
        }
}
inline void depthwise_3x3_without_ties(const DepthwiseChannel& c) { depthwise_3x3_with_ties(c); }
#endif

/// `run` computes one output channel of a band.
inline __attribute__((noinline)) void depthwise_all_channels(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* channels,
                                                             int8_t* out, void* scratch, void (*run)(const DepthwiseChannel&)) {
    const int32_t plane = depthwise_plane_bytes(p, p.band_rows) / 2, channel_bytes = depthwise_channel_bytes(p);
    int16_t* const planes = static_cast<int16_t*>(scratch);
    DepthwiseChannel c = {};
    c.parameters = &p, c.taps = static_cast<uint32_t*>(scratch) + 2 * plane;
    c.out_c = p.out_c, c.row_bytes = 2 * depthwise_row(p), c.row_step_bytes = p.stride_h * c.row_bytes;
    c.pairs = p.stride_w == 1 ? p.out_w / 2 * 4 : 0;
    c.singles = p.stride_w == 1 ? p.out_w % 2 * 4 : p.out_w * 4;
    depthwise_fill(planes, 4 * plane, p.in_zero_point);
    for (int32_t channel = 0; channel < p.in_c; channel += 4) {
        const int32_t count = (p.in_c - channel < 4 ? p.in_c - channel : 4) * p.channel_multiplier;
        for (int32_t oy = 0; oy < p.out_h; oy += p.band_rows) {
            c.rows = p.out_h - oy < p.band_rows ? p.out_h - oy : p.band_rows;
            depthwise_spread(p, in, channel, oy * p.stride_h, depthwise_band_height(p, c.rows), plane, planes);
            c.out = out + oy * p.out_w * p.out_c + channel * p.channel_multiplier;
            c.plane = planes;
            const int8_t* entry = channels + channel * p.channel_multiplier * channel_bytes;
            for (int32_t k = 0, of_plane = 0; k < count; ++k, ++c.out, entry += channel_bytes) {
                c.bias = static_cast<int32_t>(load_word(entry)), c.doubled = load_word(entry + 4);
                c.right = static_cast<int32_t>(load_word(entry + 8));
                c.half_and_zero = (2 * p.out_zero_point + 1) * (int32_t{1} << (c.right - 1));
                c.weights = entry + 12;
                if (depthwise_is_line(p))
                    depthwise_lines(c, run);
                else
                    run(c);
                if (++of_plane == p.channel_multiplier) of_plane = 0, c.plane += plane;
            }
        }
    }
    if (p.low > -128 || p.high < 127) clamp_all(out, p.out_h * p.out_w * p.out_c, p.low, p.high);
}

MOTE_RT_INLINE void depthwise_conv_2d_arm_dsp(const DepthwiseConv2dParameters& p, const int8_t* in, const int8_t* channels, int8_t* out,
                                              void* scratch) {
    const bool ties = p.low < p.out_zero_point;
    depthwise_all_channels(p, in, channels, out, scratch,
                           depthwise_is_line(p)   ? depthwise_line_function(depthwise_line_words(p), ties)
                           : !depthwise_is_3x3(p) ? depthwise_any
                           : ties                 ? depthwise_3x3_with_ties
                                                  : depthwise_3x3_without_ties);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
