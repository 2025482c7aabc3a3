#include "store/image_resize.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstdint>

namespace mote::store {

namespace {

constexpr std::size_t largest_side = 8192;

/// One output pixel along one axis: weights of input pixels from `first`, adding up to the axis's total.
struct Tap {
    std::size_t first = 0;
    std::vector<std::uint64_t> weights;
};

struct Axis {
    std::vector<Tap> taps;
    std::uint64_t total = 1;
};

/// Output pixels [0, out) over input pixels [begin, begin + in).
Axis make_axis(std::size_t begin, std::size_t in, std::size_t out) {
    Axis axis;
    axis.total = in >= out ? in : 2 * out;
    for (std::size_t j = 0; j < out; ++j) {
        Tap tap;
        if (in >= out) {
            // In units of 1/out input pixels: output j covers [j * in, (j + 1) * in), input i covers [i * out, (i + 1) * out).
            const std::size_t first = j * in / out, last = ((j + 1) * in - 1) / out;
            tap.first = begin + first;
            for (std::size_t i = first; i <= last; ++i)
                tap.weights.push_back(std::min((i + 1) * out, (j + 1) * in) - std::max(i * out, j * in));
        } else {
            // Centre of output j in units of 1/(2 out) input pixels, measured from the centre of input 0.
            const auto at = static_cast<std::int64_t>((2 * j + 1) * in) - static_cast<std::int64_t>(out);
            const std::size_t whole = at < 0 ? 0 : static_cast<std::size_t>(at) / (2 * out);
            const std::uint64_t part = at < 0 ? 0 : static_cast<std::size_t>(at) % (2 * out);
            tap.first = begin + whole;
            if (whole + 1 < in)
                tap.weights = {axis.total - part, part};
            else
                tap.weights = {axis.total};
        }
        axis.taps.push_back(std::move(tap));
    }
    return axis;
}

/// Resizes the part of `image` that the axes cover into out[row0 .., column0 ..].
void scale(const Signal& image, const Axis& rows, const Axis& columns, Signal& out, std::size_t row0, std::size_t column0) {
    const auto& from = std::get<std::vector<std::uint8_t>>(image.values);
    auto& to = std::get<std::vector<std::uint8_t>>(out.values);
    const std::size_t channels = image.channels.size();
    const std::uint64_t total = rows.total * columns.total;
    std::vector<std::uint64_t> sums(columns.taps.size() * channels);
    for (std::size_t y = 0; y < rows.taps.size(); ++y) {
        std::fill(sums.begin(), sums.end(), 0);
        for (std::size_t k = 0; k < rows.taps[y].weights.size(); ++k) {
            const std::uint64_t row_weight = rows.taps[y].weights[k];
            const std::uint8_t* line = from.data() + (rows.taps[y].first + k) * image.width * channels;
            for (std::size_t x = 0; x < columns.taps.size(); ++x)
                for (std::size_t i = 0; i < columns.taps[x].weights.size(); ++i)
                    for (std::size_t c = 0; c < channels; ++c)
                        sums[x * channels + c] +=
                            row_weight * columns.taps[x].weights[i] * line[(columns.taps[x].first + i) * channels + c];
        }
        std::uint8_t* line = to.data() + ((row0 + y) * out.width + column0) * channels;
        for (std::size_t i = 0; i < sums.size(); ++i) line[i] = static_cast<std::uint8_t>((sums[i] + total / 2) / total);
    }
}

std::size_t divided(std::size_t numerator, std::size_t denominator) {
    return std::max<std::size_t>(1, (numerator + denominator / 2) / denominator);
}

}  // namespace

Signal resize_image(const Signal& image, std::size_t height, std::size_t width, std::string_view fit) {
    if (!image.is_image() || image.type() != SampleType::u8 || image.frames != image.height * image.width)
        throw base::Error("bad_input", "only images of 8 bits a colour can be resized", "ingest png or jpeg files");
    for (const std::size_t side : {height, width, image.height, image.width})
        if (side < 1 || side > largest_side)
            throw base::Error("bad_input", "an image side of " + std::to_string(side) + " pixels", "choose from 1 to 8192");
    Signal out;
    out.channels = image.channels, out.height = height, out.width = width, out.frames = height * width;
    out.values = std::vector<std::uint8_t>(height * width * image.channels.size());
    const bool wider = image.width * height > width * image.height;  // than the output
    if (fit == "squash") {
        scale(image, make_axis(0, image.height, height), make_axis(0, image.width, width), out, 0, 0);
    } else if (fit == "crop") {
        const std::size_t h = wider ? image.height : std::min(image.height, divided(image.width * height, width));
        const std::size_t w = wider ? std::min(image.width, divided(image.height * width, height)) : image.width;
        scale(image, make_axis((image.height - h) / 2, h, height), make_axis((image.width - w) / 2, w, width), out, 0, 0);
    } else if (fit == "pad") {
        const std::size_t h = wider ? std::min(height, divided(image.height * width, image.width)) : height;
        const std::size_t w = wider ? width : std::min(width, divided(image.width * height, image.height));
        scale(image, make_axis(0, image.height, h), make_axis(0, image.width, w), out, (height - h) / 2, (width - w) / 2);
    } else {
        throw base::Error("bad_input", "image fit \"" + std::string(fit) + "\" is not known", "choose squash, crop or pad");
    }
    return out;
}

}  // namespace mote::store
