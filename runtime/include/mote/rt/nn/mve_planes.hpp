// Channels of an image side by side, four rows at a time, so that one vector holds a window: what depthwise convolutions are made of.
//
// A strip is [columns][16 channels][4 rows] bytes: four columns of a channel, 4 bytes each and 64 apart, are a tile of 16 values. The
// product of a tile with 16 weights [4 columns][4 rows] is an output of a kernel of up to 4 x 4; moved by a row or a column within the 16,
// the weights of a smaller kernel give the outputs beside it from the same tile.
#pragma once

#include "mote/rt/nn/mve_lanes.hpp"

namespace mote {
namespace rt {
namespace nn {

constexpr int32_t mve_column_bytes = 64;

/// Where one of a strip's four rows comes from: bytes of 16 channels, `step` apart from column to column (0: the same again).
struct MveRow {
    const int8_t* from;
    int32_t step;
};

/// `width` columns of `count` channels, 1 to 16, from four rows to a strip; what is beyond `count` is not defined.
#if MOTE_RT_MVE
// clang-format off
MOTE_RT_MVE_FUNCTION void mve_spread(const MveRow*, int32_t, int32_t, int8_t*) {
    __asm__("push {r4, r5, r6, r7, r8, r9, r10, lr}\n"
            "vctp.8 r1\n"
            "ldrd r4, r5, [r0]\n"
            "ldrd r6, r7, [r0, #8]\n"
            "ldrd r8, r9, [r0, #16]\n"
            "ldrd r10, r12, [r0, #24]\n"
            "wls lr, r2, 2f\n"
            "1:\n"
            "vpstttt\n"
            "vldrbt.8 q0, [r4]\n"
            "vldrbt.8 q1, [r6]\n"
            "vldrbt.8 q2, [r8]\n"
            "vldrbt.8 q3, [r10]\n"
            "add r4, r4, r5\n"
            "add r6, r6, r7\n"
            "add r8, r8, r9\n"
            "add r10, r10, r12\n"
            "vst40.8 {q0, q1, q2, q3}, [r3]\n"
            "vst41.8 {q0, q1, q2, q3}, [r3]\n"
            "vst42.8 {q0, q1, q2, q3}, [r3]\n"
            "vst43.8 {q0, q1, q2, q3}, [r3]!\n"
            "le lr, 1b\n"
            "2:\n"
            "pop {r4, r5, r6, r7, r8, r9, r10, pc}\n");
}
// clang-format on
#else
inline void mve_spread(const MveRow* rows, int32_t count, int32_t width, int8_t* to) {
    for (int32_t x = 0; x < width; ++x, to += mve_column_bytes)
        for (int32_t channel = 0; channel < count; ++channel)
            for (int32_t r = 0; r < 4; ++r) to[4 * channel + r] = rows[r].from[x * rows[r].step + channel];
}
#endif

/// sum + the products of a tile, whose columns lie `column_bytes` apart, with 16 weights.
MOTE_RT_INLINE int32_t mve_tile_dot(const int8_t* tile, int32_t column_bytes, const int8_t* w, int32_t sum) {
#if MOTE_RT_MVE
    const uint32x4_t columns = vmulq_n_u32(vidupq_n_u32(0, 1), static_cast<uint32_t>(column_bytes));
    const int8x16_t x = vreinterpretq_s8_s32(vldrwq_gather_offset_s32(reinterpret_cast<const int32_t*>(tile), columns));
    return vmladavaq_s8(sum, x, vldrbq_s8(w));
#else
    uint32_t total = static_cast<uint32_t>(sum);
    for (int32_t k = 0; k < 16; ++k) total += product(tile[k / 4 * column_bytes + k % 4], w[k]);
    return static_cast<int32_t>(total);
#endif
}

/// Some channels of a band of output rows whose windows are one tile each.
///
/// layer: for each channel, weights, bias (int32), multiplier (int32), shift (int32) in [-22, -1]. mve_band_in_pairs(), for kernels of up
/// to 3 x 3 without stride or dilation and at least 2 rows and columns: weights [3 columns][4 rows] (row 3 is 0), one strip for each two
/// rows of output; an odd last row is the second one of a strip that begins a row earlier. mve_band_apart(), for kernels of up to 4 x 4:
/// weights [4 columns][4 rows], a strip for each row, with room for a multiple of 4 outputs. mve_band_series(), for one row: a column of
/// the strip holds four places of the row, one behind the other, so that a tile holds the windows of four outputs, `stride` places apart;
/// step_bytes are `stride` columns, 1 or 2; 16 weights, the last 3 * stride of which are 0.
struct MveBand {
    const int8_t* strips;
    const int8_t* layer;
    int8_t* out;
    int32_t channels;
    int32_t rows, columns;  ///< of output
    int32_t strip_bytes;
    int32_t step_bytes, column_bytes;  ///< in a strip, from output to output and from column to column of a tile
    int32_t pixel_bytes;               ///< of output
    int32_t zero_point, low, high;     ///< the clamp is that of the byte or begins at the zero point, as activations do
};

#if MOTE_RT_MVE

/// The offsets of the members are known to the assembly.
struct MveBandTask {
    uint32_t tiles;  ///< address, of the first channel; for pairs less 128
    int8_t* out;
    int32_t channels, strips;
    int32_t fours;                 ///< of outputs in a strip
    int32_t rest;                  ///< pixel bytes if a column is left, or outputs that are left
    int32_t next_strip, next_row;  ///< steps in bytes
    int32_t last;                  ///< row bytes if a row is left, or pixel bytes of four outputs
    int32_t zero_point, above, low;
    const int8_t* layer;
    int32_t step;  ///< pixel bytes of a pair, or step_bytes
    int32_t unused[2];
    int32_t tile[4], outputs[4];  ///< offsets of a tile's columns, and of four outputs
};

// clang-format off

// On the stack, by offset: 0 tiles, 4 out, 8 channels, 12 strips, 16 fours, 20 rest, 24 next_strip, 28 next_row, 32 last, 36 zero_point;
// 48 tile. r8 step, r9 layer, r11 above, r12 low; q7 outputs.
#define MOTE_RT_MVE_BAND_BEGIN                               \
    "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n"          \
    "vpush {d8, d9, d10, d11, d12, d13, d14, d15}\n"         \
    "sub sp, sp, #64\n"                                      \
    "ldrd r9, r8, [r0, #48]\n"                               \
    "ldrd r11, r12, [r0, #40]\n"                             \
    "vldrw.32 q3, [r0, #64]\n"                               \
    "vldrw.32 q7, [r0, #80]\n"                               \
    "vldrw.32 q0, [r0]\n"                                    \
    "vldrw.32 q1, [r0, #16]\n"                               \
    "vldrw.32 q2, [r0, #32]\n"                               \
    "vstrw.32 q0, [sp]\n"                                    \
    "vstrw.32 q1, [sp, #16]\n"                               \
    "vstrw.32 q2, [sp, #32]\n"                               \
    "vstrw.32 q3, [sp, #48]\n"                               \
    "1:\n"

// r1 bias, r3 zero point shifted left, r5 shift, q6 multiplier; q5 addresses of the tile's columns, r7 out, r10 strips.
#define MOTE_RT_MVE_BAND_TABLES                              \
    "ldrd r1, r0, [r9], #8\n"                                \
    "ldr r5, [r9], #4\n"                                     \
    "vdup.32 q6, r0\n"                                       \
    "ldr r3, [sp, #36]\n"                                    \
    "rsbs r0, r5, #0\n"                                      \
    "lsls r3, r0\n"                                          \
    "ldrd r0, r7, [sp]\n"                                    \
    "vldrw.32 q5, [sp, #48]\n"                               \
    "vadd.i32 q5, q5, r0\n"                                  \
    "adds r0, #4\n"                                          \
    "adds r2, r7, #1\n"                                      \
    "strd r0, r2, [sp]\n"                                    \
    "ldr r10, [sp, #12]\n"

#define MOTE_RT_MVE_BAND_NEXT_STRIP                          \
    "ldrd r0, r2, [sp, #24]\n"                               \
    "vadd.i32 q5, q5, r0\n"                                  \
    "add r7, r7, r2\n"                                       \
    "subs r10, r10, #1\n"                                    \
    "bgt 2b\n"

#define MOTE_RT_MVE_BAND_END(NEXT_CHANNEL)                   \
    "ldr r0, [sp, #8]\n"                                     \
    "subs r0, r0, #1\n"                                      \
    "str r0, [sp, #8]\n"                                     \
    "bne.w " NEXT_CHANNEL "\n"                                \
    "add sp, sp, #64\n"                                      \
    "vpop {d8, d9, d10, d11, d12, d13, d14, d15}\n"          \
    "pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"

// Sums in r0 r2 r4 r6 to lanes of output. The product's high half comes with the zero point, shifted left, added to it; both are shifted
// right together.
#define MOTE_RT_MVE_BAND_RESCALE(ROUND, CLAMP)               \
    "vmov q4[2], q4[0], r0, r4\n"                            \
    "vmov q4[3], q4[1], r2, r6\n"                            \
    "vadd.i32 q4, q4, r1\n"                                  \
    "vqrdmlash.s32 q4, q6, r3\n"                             \
    ROUND                                                    \
    "vrshl.s32 q4, r5\n"                                     \
    CLAMP

// Outputs (y, x), (y, x + 1), (y + 1, x), (y + 1, x + 1) from one tile.
#define MOTE_RT_MVE_BAND_PAIRS(ROUND, CLAMP)                 \
    "vldrw.u32 q4, [q5, #128]!\n"                            \
    "vmladav.s8 r0, q4, q0\n"                                \
    "vmladav.s8 r2, q4, q1\n"                                \
    "vmladav.s8 r4, q4, q2\n"                                \
    "vmladav.s8 r6, q4, q3\n"                                \
    MOTE_RT_MVE_BAND_RESCALE(ROUND, CLAMP)                   \
    "vstrb.32 q4, [r7, q7]\n"                                \
    "add r7, r7, r8\n"

// Four outputs of a row from four tiles.
#define MOTE_RT_MVE_BAND_APART(ROUND, CLAMP)                 \
    "vldrw.u32 q1, [q5]\n"                                   \
    "vadd.i32 q5, q5, r8\n"                                  \
    "vmladav.s8 r0, q1, q0\n"                                \
    "vldrw.u32 q2, [q5]\n"                                   \
    "vadd.i32 q5, q5, r8\n"                                  \
    "vmladav.s8 r2, q2, q0\n"                                \
    "vldrw.u32 q1, [q5]\n"                                   \
    "vadd.i32 q5, q5, r8\n"                                  \
    "vmladav.s8 r4, q1, q0\n"                                \
    "vldrw.u32 q2, [q5]\n"                                   \
    "vadd.i32 q5, q5, r8\n"                                  \
    "vmladav.s8 r6, q2, q0\n"                                \
    MOTE_RT_MVE_BAND_RESCALE(ROUND, CLAMP)

// Four outputs of a series from one tile.
#define MOTE_RT_MVE_BAND_SERIES(ROUND, CLAMP)                \
    "vldrw.u32 q4, [q5]\n"                                   \
    "vadd.i32 q5, q5, r10\n"                                 \
    "vmladav.s8 r0, q4, q0\n"                                \
    "vmladav.s8 r2, q4, q1\n"                                \
    "vmladav.s8 r4, q4, q2\n"                                \
    "vmladav.s8 r6, q4, q3\n"                                \
    MOTE_RT_MVE_BAND_RESCALE(ROUND, CLAMP)

// The weights as the next output meets them: one place on, or two.
#define MOTE_RT_MVE_NEXT_OUTPUT(FROM, TO)                    \
    "vmov " #TO ", " #FROM "\n"                              \
    "vshlc " #TO ", r2, #8\n"                                \
    "cbz r0, 1f\n"                                           \
    "vshlc " #TO ", r2, #8\n"                                \
    "1:\n"

#define MOTE_RT_MVE_UP
// What is negative is made one less (r11 is -1), so that halves go away from zero.
#define MOTE_RT_MVE_AWAY                                     \
    "vpt.s32 lt, q4, r3\n"                                   \
    "vqaddt.s32 q4, q4, r11\n"
#define MOTE_RT_MVE_FULL                                     \
    "vqmovnb.s32 q4, q4\n"                                   \
    "vqmovnb.s16 q4, q4\n"
// Without the zero point: below it saturates as an unsigned number does, above at 255 after moving there and back.
#define MOTE_RT_MVE_CLAMPED                                  \
    "vqmovunb.s32 q4, q4\n"                                  \
    "vqmovnb.u16 q4, q4\n"                                   \
    "vqadd.u8 q4, q4, r11\n"                                 \
    "vqsub.u8 q4, q4, r11\n"                                 \
    "vadd.i8 q4, q4, r12\n"

// The weights one column on, one row on, and both, are the same moved within the vector; what moves out of it is 0.
#define MOTE_RT_MVE_DEFINE_PAIRS(NAME, ROUND, CLAMP)         \
    MOTE_RT_MVE_FUNCTION void NAME(const MveBandTask*) {     \
        __asm__(MOTE_RT_MVE_BAND_BEGIN                       \
                "vldrw.32 q0, [r9], #12\n"                   \
                "movs r2, #0\n"                              \
                "vmov.32 q0[3], r2\n"                        \
                "vmov q1, q0\n"                              \
                "vshlc q1, r2, #32\n"                        \
                "vmov q2, q0\n"                              \
                "vshlc q2, r2, #8\n"                         \
                "vmov q3, q1\n"                              \
                "vshlc q3, r2, #8\n"                         \
                MOTE_RT_MVE_BAND_TABLES                      \
                "2:\n"                                       \
                "ldr lr, [sp, #16]\n"                        \
                "dls lr, lr\n"                               \
                "3:\n"                                       \
                MOTE_RT_MVE_BAND_PAIRS(ROUND, CLAMP)         \
                "le lr, 3b\n"                                \
                "ldr r0, [sp, #20]\n"                        \
                "cbz r0, 4f\n"                               \
                "subs r7, r7, r0\n"                          \
                "movs r0, #64\n"                             \
                "vsub.i32 q5, q5, r0\n"                      \
                MOTE_RT_MVE_BAND_PAIRS(ROUND, CLAMP)         \
                "4:\n"                                       \
                MOTE_RT_MVE_BAND_NEXT_STRIP                  \
                "blt 5f\n"                                   \
                "ldr r0, [sp, #32]\n"                        \
                "cbz r0, 5f\n"                               \
                "subs r7, r7, r0\n"                          \
                "b 2b\n"                                     \
                "5:\n"                                       \
                MOTE_RT_MVE_BAND_END("1b"));                     \
    }

#define MOTE_RT_MVE_DEFINE_APART(NAME, ROUND, CLAMP)         \
    MOTE_RT_MVE_FUNCTION void NAME(const MveBandTask*) {     \
        __asm__(MOTE_RT_MVE_BAND_BEGIN                       \
                "vldrw.32 q0, [r9], #16\n"                   \
                MOTE_RT_MVE_BAND_TABLES                      \
                "2:\n"                                       \
                "ldr r0, [sp, #16]\n"                        \
                "wls lr, r0, 4f\n"                           \
                "3:\n"                                       \
                MOTE_RT_MVE_BAND_APART(ROUND, CLAMP)         \
                "ldr r0, [sp, #32]\n"                        \
                "vstrb.32 q4, [r7, q7]\n"                    \
                "add r7, r7, r0\n"                           \
                "le lr, 3b\n"                                \
                "4:\n"                                       \
                "ldr r0, [sp, #20]\n"                        \
                "cbz r0, 5f\n"                               \
                MOTE_RT_MVE_BAND_APART(ROUND, CLAMP)         \
                "ldr r0, [sp, #20]\n"                        \
                "vctp.32 r0\n"                               \
                "vpst\n"                                     \
                "vstrbt.32 q4, [r7, q7]\n"                   \
                "5:\n"                                       \
                MOTE_RT_MVE_BAND_NEXT_STRIP                  \
                MOTE_RT_MVE_BAND_END("1b"));                     \
    }

// The loop over channels, which begins at label 1, is closed at 9: labels 1 are used within.
#define MOTE_RT_MVE_DEFINE_SERIES(NAME, ROUND, CLAMP)        \
    MOTE_RT_MVE_FUNCTION void NAME(const MveBandTask*) {     \
        __asm__(MOTE_RT_MVE_BAND_BEGIN                       \
                "9:\n"                                       \
                "vldrw.32 q0, [r9], #16\n"                   \
                "movs r2, #0\n"                              \
                "ldr r0, [sp, #24]\n"                        \
                MOTE_RT_MVE_NEXT_OUTPUT(q0, q1)              \
                MOTE_RT_MVE_NEXT_OUTPUT(q1, q2)              \
                MOTE_RT_MVE_NEXT_OUTPUT(q2, q3)              \
                MOTE_RT_MVE_BAND_TABLES                      \
                "ldr r0, [sp, #16]\n"                        \
                "ldr r10, [sp, #28]\n"                       \
                "wls lr, r0, 4f\n"                           \
                "3:\n"                                       \
                MOTE_RT_MVE_BAND_SERIES(ROUND, CLAMP)        \
                "vstrb.32 q4, [r7, q7]\n"                    \
                "add r7, r7, r8\n"                           \
                "le lr, 3b\n"                                \
                "4:\n"                                       \
                "ldr r0, [sp, #20]\n"                        \
                "cbz r0, 5f\n"                               \
                MOTE_RT_MVE_BAND_SERIES(ROUND, CLAMP)        \
                "ldr r0, [sp, #20]\n"                        \
                "vctp.32 r0\n"                               \
                "vpst\n"                                     \
                "vstrbt.32 q4, [r7, q7]\n"                   \
                "5:\n"                                       \
                MOTE_RT_MVE_BAND_END("9b"));                 \
    }

MOTE_RT_MVE_DEFINE_PAIRS(mve_pairs_away, MOTE_RT_MVE_AWAY, MOTE_RT_MVE_FULL)
MOTE_RT_MVE_DEFINE_PAIRS(mve_pairs_full, MOTE_RT_MVE_UP, MOTE_RT_MVE_FULL)
MOTE_RT_MVE_DEFINE_PAIRS(mve_pairs_clamped, MOTE_RT_MVE_UP, MOTE_RT_MVE_CLAMPED)
MOTE_RT_MVE_DEFINE_APART(mve_apart_away, MOTE_RT_MVE_AWAY, MOTE_RT_MVE_FULL)
MOTE_RT_MVE_DEFINE_APART(mve_apart_full, MOTE_RT_MVE_UP, MOTE_RT_MVE_FULL)
MOTE_RT_MVE_DEFINE_APART(mve_apart_clamped, MOTE_RT_MVE_UP, MOTE_RT_MVE_CLAMPED)
MOTE_RT_MVE_DEFINE_SERIES(mve_series_away, MOTE_RT_MVE_AWAY, MOTE_RT_MVE_FULL)
MOTE_RT_MVE_DEFINE_SERIES(mve_series_full, MOTE_RT_MVE_UP, MOTE_RT_MVE_FULL)
MOTE_RT_MVE_DEFINE_SERIES(mve_series_clamped, MOTE_RT_MVE_UP, MOTE_RT_MVE_CLAMPED)

// clang-format on

#undef MOTE_RT_MVE_BAND_BEGIN
#undef MOTE_RT_MVE_BAND_TABLES
#undef MOTE_RT_MVE_BAND_NEXT_STRIP
#undef MOTE_RT_MVE_BAND_END
#undef MOTE_RT_MVE_BAND_RESCALE
#undef MOTE_RT_MVE_BAND_PAIRS
#undef MOTE_RT_MVE_BAND_APART
#undef MOTE_RT_MVE_BAND_SERIES
#undef MOTE_RT_MVE_NEXT_OUTPUT
#undef MOTE_RT_MVE_DEFINE_SERIES
#undef MOTE_RT_MVE_DEFINE_PAIRS
#undef MOTE_RT_MVE_DEFINE_APART
#undef MOTE_RT_MVE_AWAY
#undef MOTE_RT_MVE_UP
#undef MOTE_RT_MVE_FULL
#undef MOTE_RT_MVE_CLAMPED

MOTE_RT_INLINE uint32_t address_of(const int8_t* p) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(p)); }

MOTE_RT_INLINE void mve_band_in_pairs(const MveBand& b) {
    const int32_t pixel = b.pixel_bytes, row = b.columns * pixel, tile = b.column_bytes;
    const bool away = b.low < b.zero_point, full = b.low == -128 && b.high == 127;
    const MveBandTask task{address_of(b.strips) - 128,
                           b.out,
                           b.channels,
                           b.rows / 2,
                           b.columns / 2,
                           b.columns & 1 ? pixel : 0,
                           b.strip_bytes - b.columns * mve_column_bytes,
                           row,
                           b.rows & 1 ? row : 0,
                           full ? b.zero_point : 0,
                           away ? -1 : 255 - (b.high - b.low),
                           b.low,
                           b.layer,
                           2 * pixel,
                           {0, 0},
                           {0, tile, 2 * tile, 3 * tile},
                           {0, pixel, row, row + pixel}};
    (away ? mve_pairs_away : full ? mve_pairs_full : mve_pairs_clamped)(&task);
}

MOTE_RT_INLINE void mve_band_apart(const MveBand& b) {
    const int32_t pixel = b.pixel_bytes, tile = b.column_bytes, fours = b.columns / 4, rest = b.columns % 4;
    const bool away = b.low < b.zero_point, full = b.low == -128 && b.high == 127;
    const MveBandTask task{address_of(b.strips),
                           b.out,
                           b.channels,
                           b.rows,
                           fours,
                           rest,
                           b.strip_bytes - (b.columns + 3) / 4 * 4 * b.step_bytes,
                           rest * pixel,
                           4 * pixel,
                           full ? b.zero_point : 0,
                           away ? -1 : 255 - (b.high - b.low),
                           b.low,
                           b.layer,
                           b.step_bytes,
                           {0, 0},
                           {0, tile, 2 * tile, 3 * tile},
                           {0, pixel, 2 * pixel, 3 * pixel}};
    (away ? mve_apart_away : full ? mve_apart_full : mve_apart_clamped)(&task);
}

MOTE_RT_INLINE void mve_band_series(const MveBand& b) {
    const int32_t pixel = b.pixel_bytes, tile = b.column_bytes, stride = b.step_bytes / mve_column_bytes;
    const bool away = b.low < b.zero_point, full = b.low == -128 && b.high == 127;
    const MveBandTask task{address_of(b.strips),
                           b.out,
                           b.channels,
                           1,
                           b.columns / 4,
                           b.columns % 4,
                           stride - 1,
                           b.step_bytes,
                           0,
                           full ? b.zero_point : 0,
                           away ? -1 : 255 - (b.high - b.low),
                           b.low,
                           b.layer,
                           4 * pixel,
                           {0, 0},
                           {0, tile, 2 * tile, 3 * tile},
                           {0, pixel, 2 * pixel, 3 * pixel}};
    (away ? mve_series_away : full ? mve_series_full : mve_series_clamped)(&task);
}

#else

/// The output at `out` from a tile and a channel's weights, whose tables begin at `tables`.
inline void mve_band_output(const MveBand& b, const int8_t* tile, const int8_t* w, const int8_t* tables, int32_t count, int8_t* out) {
    int32_t t[3];
    __builtin_memcpy(t, tables, sizeof t);
    uint32_t sum = static_cast<uint32_t>(t[0]);
    for (int32_t k = 0; k < count; ++k) sum += product(tile[k / 4 * b.column_bytes + k % 4], w[k]);
    *out = static_cast<int8_t>(clamp(multiply(static_cast<int32_t>(sum), t[1], t[2]) + b.zero_point, b.low, b.high));
}

inline void mve_band_in_pairs(const MveBand& b) {
    for (int32_t channel = 0; channel < b.channels; ++channel) {
        const int8_t* const w = b.layer + 24 * channel;
        for (int32_t y = 0; y < b.rows; ++y) {
            const bool odd_last = (b.rows & 1) != 0 && y == b.rows - 1;
            const int8_t* const strip = b.strips + y / 2 * b.strip_bytes + 4 * channel + (odd_last ? 1 : y % 2);
            // Row 3 of the weights is 0, and lies in the next column for the second row.
            for (int32_t x = 0; x < b.columns; ++x)
                mve_band_output(b, strip + x * b.step_bytes, w, w + 12, 11, b.out + (y * b.columns + x) * b.pixel_bytes + channel);
        }
    }
}

inline void mve_band_series(const MveBand& b) {
    const int32_t stride = b.step_bytes / mve_column_bytes;
    for (int32_t channel = 0; channel < b.channels; ++channel) {
        const int8_t* const w = b.layer + 28 * channel;
        for (int32_t x = 0; x < b.columns; ++x) {
            // A tile belongs to four outputs.
            int8_t moved[16] = {};
            for (int32_t k = 0; k + x % 4 * stride < 16; ++k) moved[k + x % 4 * stride] = w[k];
            mve_band_output(b, b.strips + x / 4 * b.step_bytes + 4 * channel, moved, w + 16, 16, b.out + x * b.pixel_bytes + channel);
        }
    }
}

inline void mve_band_apart(const MveBand& b) {
    for (int32_t channel = 0; channel < b.channels; ++channel) {
        const int8_t* const w = b.layer + 28 * channel;
        for (int32_t y = 0; y < b.rows; ++y)
            for (int32_t x = 0; x < b.columns; ++x)
                mve_band_output(b, b.strips + y * b.strip_bytes + 4 * channel + x * b.step_bytes, w, w + 16, 16,
                                b.out + (y * b.columns + x) * b.pixel_bytes + channel);
    }
}

#endif

}  // namespace nn
}  // namespace rt
}  // namespace mote
