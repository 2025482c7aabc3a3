#include "pixels.hpp"

#include "mote/rt/dsp/resize.hpp"
#include "source.hpp"

namespace runner {

namespace {

std::uint8_t clamped(int value) { return static_cast<std::uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value); }

/// ITU-R BT.601, as cameras send it: luma from 16 to 235, chroma around 128, in 1/256.
void yuv_to_rgb(int y, int u, int v, std::uint8_t* rgb) {
    const int luma = 298 * (y - 16), blue = u - 128, red = v - 128;
    rgb[0] = clamped((luma + 409 * red + 128) >> 8);
    rgb[1] = clamped((luma - 100 * blue - 208 * red + 128) >> 8);
    rgb[2] = clamped((luma + 516 * blue + 128) >> 8);
}

void row_to_rgb(const std::uint8_t* row, PixelFormat format, std::size_t width, std::uint8_t* rgb) {
    for (std::size_t x = 0; x < width; ++x, rgb += 3) {
        if (format == PixelFormat::rgb24)
            rgb[0] = row[3 * x], rgb[1] = row[3 * x + 1], rgb[2] = row[3 * x + 2];
        else if (format == PixelFormat::grey)
            rgb[0] = rgb[1] = rgb[2] = row[x];
        else
            yuv_to_rgb(row[2 * x], row[x / 2 * 4 + 1], row[x / 2 * 4 + 3], rgb);
    }
}

}  // namespace

PixelFormat pixel_format(const std::string& name) {
    if (name == "rgb24") return PixelFormat::rgb24;
    if (name == "yuyv") return PixelFormat::yuyv;
    if (name == "grey") return PixelFormat::grey;
    throw Failure("pixel format \"" + name + "\" is not known: rgb24, yuyv or grey");
}

std::size_t frame_bytes(PixelFormat format, std::size_t width, std::size_t height) {
    return width * height * (format == PixelFormat::rgb24 ? 3 : format == PixelFormat::yuyv ? 2 : 1);
}

void append_image(const std::uint8_t* frame, PixelFormat format, std::size_t width, std::size_t height, std::size_t row_bytes,
                  const Facts& facts, std::vector<float>& values) {
    std::vector<std::uint8_t> rgb(width * 3), image(width * height * facts.channels), resized(facts.window_values());
    for (std::size_t y = 0; y < height; ++y) {
        row_to_rgb(frame + y * row_bytes, format, width, rgb.data());
        std::uint8_t* to = image.data() + y * width * facts.channels;
        for (std::size_t x = 0; x < width; ++x) {
            const std::uint8_t* pixel = rgb.data() + 3 * x;
            if (facts.channels == 3)
                to[3 * x] = pixel[0], to[3 * x + 1] = pixel[1], to[3 * x + 2] = pixel[2];
            else
                to[x] = static_cast<std::uint8_t>((299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2] + 500) / 1000);
        }
    }
    namespace dsp = mote::rt::dsp;
    const dsp::Fit fit = facts.fit == "crop" ? dsp::Fit::crop : facts.fit == "pad" ? dsp::Fit::pad : dsp::Fit::squash;
    dsp::resize_image(image.data(), height, width, facts.channels, fit, resized.data(), facts.height, facts.width);
    for (const std::uint8_t value : resized) values.push_back(static_cast<float>(value));
}

}  // namespace runner
