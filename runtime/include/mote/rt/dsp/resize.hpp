// One image at another size, in integer arithmetic: the same bytes on every machine.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

/// squash: the aspect ratio is lost. crop: the short side fits, the middle of the long side is kept. pad: the long side fits, black beside
/// it.
enum class Fit : unsigned char { squash, crop, pad };

namespace detail {

/// Output pixels [0, out) of one axis over input pixels [begin, begin + in). Along an axis that shrinks, an output pixel is the mean of the
/// input under it; along one that grows, it is interpolated between the two nearest (centres aligned, edges repeated). An output pixel's
/// weights are whole numbers that add up to total().
struct ResizeAxis {
    uint64_t begin, in, out;

    bool shrinks() const { return in >= out; }
    uint64_t total() const { return shrinks() ? in : 2 * out; }
    /// In units of 1/(2 out) input pixels, from the centre of input 0 to the centre of output j; nothing lies before the first centre.
    uint64_t centre(uint64_t j) const { return (2 * j + 1) * in > out ? (2 * j + 1) * in - out : 0; }
    uint64_t first(uint64_t j) const { return shrinks() ? j * in / out : centre(j) / (2 * out); }
    uint64_t last(uint64_t j) const {
        if (shrinks()) return ((j + 1) * in - 1) / out;
        return first(j) + 1 < in ? first(j) + 1 : first(j);
    }
    /// Of input pixel i for output pixel j, first(j) <= i <= last(j).
    uint64_t weight(uint64_t j, uint64_t i) const {
        if (shrinks()) {
            // In units of 1/out input pixels: output j covers [j * in, (j + 1) * in), input i covers [i * out, (i + 1) * out).
            const uint64_t low = i * out > j * in ? i * out : j * in, high = (i + 1) * out < (j + 1) * in ? (i + 1) * out : (j + 1) * in;
            return high - low;
        }
        if (first(j) == last(j)) return total();
        const uint64_t part = centre(j) % (2 * out);
        return i == first(j) ? total() - part : part;
    }
};

/// Rows [row0, row0 + rows.out) and as many columns of `to`, whose rows are `to_width` pixels. At most 4 channels.
inline void resize_part(const uint8_t* from, size_t from_width, size_t channels, const ResizeAxis& rows, const ResizeAxis& columns,
                        uint8_t* to, size_t to_width, size_t row0, size_t column0) {
    const uint64_t total = rows.total() * columns.total();
    for (uint64_t y = 0; y < rows.out; ++y) {
        for (uint64_t x = 0; x < columns.out; ++x) {
            uint64_t sums[4] = {0, 0, 0, 0};
            for (uint64_t i = rows.first(y); i <= rows.last(y); ++i) {
                const uint64_t row_weight = rows.weight(y, i);
                const uint8_t* const line = from + static_cast<size_t>(rows.begin + i) * from_width * channels;
                for (uint64_t k = columns.first(x); k <= columns.last(x); ++k) {
                    const uint64_t weight = row_weight * columns.weight(x, k);
                    const uint8_t* const pixel = line + static_cast<size_t>(columns.begin + k) * channels;
                    for (size_t c = 0; c < channels; ++c) sums[c] += weight * pixel[c];
                }
            }
            uint8_t* const pixel = to + ((row0 + static_cast<size_t>(y)) * to_width + column0 + static_cast<size_t>(x)) * channels;
            for (size_t c = 0; c < channels; ++c) pixel[c] = static_cast<uint8_t>((sums[c] + total / 2) / total);
        }
    }
}

inline size_t divided(size_t numerator, size_t denominator) {
    const size_t quotient = (numerator + denominator / 2) / denominator;
    return quotient < 1 ? 1 : quotient;
}

inline size_t at_most(size_t value, size_t limit) { return value < limit ? value : limit; }

}  // namespace detail

/// `from`, height x width pixels of 1 to 4 interleaved channels, as `to` of to_height x to_width. Sides from 1 to 8192. All weights are
/// exact fractions and only the final value is rounded.
inline void resize_image(const uint8_t* from, size_t height, size_t width, size_t channels, Fit fit, uint8_t* to, size_t to_height,
                         size_t to_width) {
    using detail::at_most;
    using detail::divided;
    const bool is_wider = width * to_height > to_width * height;  // than the output
    size_t h = height, w = width, out_h = to_height, out_w = to_width;
    if (fit == Fit::crop) {
        if (is_wider)
            w = at_most(divided(height * to_width, to_height), width);
        else
            h = at_most(divided(width * to_height, to_width), height);
    } else if (fit == Fit::pad) {
        if (is_wider)
            out_h = at_most(divided(height * to_width, width), to_height);
        else
            out_w = at_most(divided(width * to_height, height), to_width);
        for (size_t i = 0; i < to_height * to_width * channels; ++i) to[i] = 0;
    }
    const detail::ResizeAxis rows = {(height - h) / 2, h, out_h}, columns = {(width - w) / 2, w, out_w};
    detail::resize_part(from, width, channels, rows, columns, to, to_width, (to_height - out_h) / 2, (to_width - out_w) / 2);
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
