#include "app/report/picture.hpp"

#include "app/report/html.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <png.h>

namespace mote::app::report {

namespace {

std::string open_svg(int width, int height, std::string_view style_class) {
    return "<svg class=\"" + std::string(style_class) + "\" viewBox=\"0 0 " + std::to_string(width) + " " + std::to_string(height) +
           "\" width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(height) + "\" role=\"img\">";
}

std::string rectangle(double x, double y, double width, double height, std::string_view style_class, std::string_view title) {
    return "<rect class=\"" + std::string(style_class) + "\" x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\" width=\"" +
           coordinate(std::max(0.5, width)) + "\" height=\"" + coordinate(std::max(0.5, height)) + "\"><title>" + escape(title) +
           "</title></rect>";
}

std::string label(double x, double y, std::string_view content) {
    return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\">" + escape(content) + "</text>";
}

std::string base64(std::span<const std::uint8_t> bytes) {
    static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t word = 0;
        for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (k < n ? bytes[i + k] : 0u);
        for (std::size_t k = 0; k < 4; ++k) text += k <= n ? digits[(word >> (18 - 6 * k)) & 63] : '=';
    }
    return text;
}

std::string embedded_png(const std::vector<std::uint8_t>& pixels, std::size_t width, std::size_t height, int shown_width,
                         int shown_height) {
    png_image picture{};
    picture.version = PNG_IMAGE_VERSION;
    picture.width = static_cast<png_uint_32>(width), picture.height = static_cast<png_uint_32>(height), picture.format = PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(picture);
    std::vector<std::uint8_t> file(size);
    if (!png_image_write_to_memory(&picture, file.data(), &size, 0, pixels.data(), 0, nullptr))
        throw base::Error("internal", std::string("cannot write a picture: ") + picture.message, "report this with the command you ran");
    file.resize(size);
    return "<img width=\"" + std::to_string(shown_width) + "\" height=\"" + std::to_string(shown_height) +
           "\" alt=\"\" src=\"data:image/png;base64," + base64(file) + "\">";
}

/// Dark violet over red to light yellow: brightness rises evenly, so it also prints in grey.
std::array<std::uint8_t, 3> heat_colour(double share) {
    static constexpr double stops[5][3] = {{8, 6, 30}, {86, 22, 110}, {188, 55, 84}, {249, 142, 9}, {252, 255, 190}};
    const double at = std::clamp(share, 0.0, 1.0) * 4;
    const auto k = std::min(3, static_cast<int>(at));
    std::array<std::uint8_t, 3> colour{};
    for (std::size_t c = 0; c < 3; ++c)
        colour[c] = static_cast<std::uint8_t>(std::lrint(stops[k][c] + (stops[k + 1][c] - stops[k][c]) * (at - k)));
    return colour;
}

}  // namespace

std::string waveform(std::span<const float> values, std::size_t channels, int width, int height) {
    std::string svg = open_svg(width, height, "wave");
    const std::size_t frames = channels ? values.size() / channels : 0;
    for (std::size_t c = 0; c < channels && frames > 0; ++c) {
        float low = values[c], high = values[c];
        for (std::size_t i = 0; i < frames; ++i)
            low = std::min(low, values[i * channels + c]), high = std::max(high, values[i * channels + c]);
        const double range = high > low ? high - low : 1, band = static_cast<double>(height) / static_cast<double>(channels);
        const auto y_of = [&](float v) { return band * (static_cast<double>(c) + 1) - 2 - (band - 4) * (v - low) / range; };
        std::string points;
        const std::size_t columns = std::min<std::size_t>(frames, static_cast<std::size_t>(width));
        for (std::size_t p = 0; p < columns; ++p) {
            const std::size_t from = frames * p / columns, to = std::max(from + 1, frames * (p + 1) / columns);
            float least = values[from * channels + c], most = least;
            for (std::size_t i = from; i < to; ++i)
                least = std::min(least, values[i * channels + c]), most = std::max(most, values[i * channels + c]);
            const std::string x = coordinate((static_cast<double>(p) + 0.5) * width / static_cast<double>(columns));
            points += x + "," + coordinate(y_of(least)) + " ";
            if (most > least) points += x + "," + coordinate(y_of(most)) + " ";
        }
        svg += "<polyline class=\"curve s" + std::to_string(c % 8) + "\" points=\"" + points + "\"/>";
    }
    return svg + "</svg>";
}

std::string heat_map(std::span<const float> values, std::size_t columns, std::size_t rows, int width, int height) {
    float low = INFINITY, high = -INFINITY;
    for (const float v : values)
        if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
    const double range = high > low ? high - low : 1;
    std::vector<std::uint8_t> pixels(columns * rows * 3);
    for (std::size_t t = 0; t < columns; ++t)
        for (std::size_t r = 0; r < rows; ++r) {
            const auto colour = heat_colour((values[t * rows + r] - low) / range);
            std::copy(colour.begin(), colour.end(), pixels.begin() + static_cast<std::ptrdiff_t>(((rows - 1 - r) * columns + t) * 3));
        }
    return embedded_png(pixels, columns, rows, width, height);
}

std::string image(std::span<const float> values, std::size_t height, std::size_t width, std::size_t channels, int shown_width) {
    std::vector<std::uint8_t> pixels(width * height * 3);
    for (std::size_t i = 0; i < width * height; ++i)
        for (std::size_t c = 0; c < 3; ++c)
            pixels[i * 3 + c] = static_cast<std::uint8_t>(std::clamp(values[i * channels + (channels == 3 ? c : 0)], 0.0f, 255.0f));
    const int shown_height =
        static_cast<int>(std::lrint(static_cast<double>(shown_width) * static_cast<double>(height) / static_cast<double>(width)));
    return embedded_png(pixels, width, height, shown_width, shown_height);
}

std::string short_name(std::string_view name, std::size_t most) {
    if (name.starts_with("scratch")) return std::string(std::string_view("scratch").substr(0, most));
    std::string_view word = name.substr(0, name.find(';'));
    for (std::size_t slash; word.size() > most && (slash = word.find('/')) != std::string_view::npos && slash + 1 < word.size();)
        word.remove_prefix(slash + 1);
    return std::string(word.substr(0, most));
}

namespace {

constexpr double letter_width = 6.5;

/// What fits whole, of most telling to shortest: the step and the tensor's last name, either of them, or nothing.
std::string label_of(const codegen::Buffer& buffer, double width) {
    const auto fits = [&](const std::string& text) { return letter_width * static_cast<double>(text.size()) + 6 <= width; };
    if (buffer.tensor.starts_with("scratch")) return fits("scratch") ? "scratch" : "";
    const std::string step = buffer.first_step < 0 ? "in" : std::to_string(buffer.first_step);
    std::string name = short_name(buffer.tensor, std::string::npos);
    for (std::size_t slash = 0; !fits(step + " " + name) && slash != std::string::npos;) {
        slash = name.find('/');
        if (slash != std::string::npos) name = name.substr(slash + 1);
    }
    if (fits(step + " " + name)) return step + " " + name;
    return fits(step) ? step : "";
}

/// Numbers of the steps below their columns, as many as there is room for.
std::string step_axis(int first, int last, double column, double y) {
    std::string svg;
    const int every = std::max(1, static_cast<int>(std::ceil(letter_width * 3 / column)));
    for (int step = first; step <= last; ++step)
        if (step < 0 ? column > 3 * letter_width : step % every == 0)
            svg += label(66 + column * (step - first) + 2, y, step == -1 ? "in" : step < 0 ? "" : std::to_string(step));
    return svg;
}

}  // namespace

std::string arena_map(std::span<const codegen::Buffer> plan, std::size_t arena_bytes, int width, int height) {
    std::string svg = open_svg(width, height, "memory"), labels;
    int first = 0, last = 0;  // features and quantising come before step 0
    for (const auto& buffer : plan) first = std::min(first, buffer.first_step), last = std::max(last, buffer.last_step);
    const double column = (width - 70.0) / (last - first + 1), scale = arena_bytes ? (height - 46.0) / static_cast<double>(arena_bytes) : 0;
    for (std::size_t i = 0; i < plan.size(); ++i) {
        const auto& b = plan[i];
        const double x = 66 + column * (b.first_step - first), w = column * (b.last_step - b.first_step + 1),
                     h = scale * static_cast<double>(b.size_bytes);
        const double y = height - 36 - scale * static_cast<double>(b.offset + b.size_bytes);
        svg += rectangle(x, y, w - 1, h, "box s" + std::to_string(i % 8),
                         b.tensor + ": " + std::to_string(b.size_bytes) + " B at " + std::to_string(b.offset));
        // Tensors that share memory lie on each other, so a label stays in its first step; and no box is drawn over one.
        const std::string words = h > 13 ? label_of(b, column) : "";
        if (!words.empty()) labels += label(x + 3, y + 12, words);
    }
    svg += labels + label(2, 14, base::human_bytes(arena_bytes)) + label(2, height - 36, "0") +
           step_axis(first, last, column, height - 22) + label(66, height - 6, "steps of one inference →");
    return svg + "</svg>";
}

std::string memory_bar(const std::string& title, std::span<const Part> parts, double limit, int width) {
    double used = 0;
    for (const auto& part : parts) used += part.bytes;
    const double scale = width / std::max(limit, used);
    std::string bar = label(
        0, 12,
        title + ": " + base::human_bytes(static_cast<std::uint64_t>(used)) + " of " + base::human_bytes(static_cast<std::uint64_t>(limit)));
    bar += rectangle(0, 18, width, 20, "free", "free");
    double x = 0, text_x = 0, text_y = 57;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::string style = "box s" + std::to_string(i % 8);
        const std::string words = parts[i].name + " " + base::human_bytes(static_cast<std::uint64_t>(parts[i].bytes));
        bar += rectangle(x, 18, parts[i].bytes * scale, 20, style, words);
        x += parts[i].bytes * scale;
        const double words_width = 30 + letter_width * static_cast<double>(words.size());
        if (text_x > 0 && text_x + words_width > width) text_x = 0, text_y += 18;
        bar += rectangle(text_x, text_y - 9, 9, 9, style, words) + label(text_x + 13, text_y, words);
        text_x += words_width;
    }
    return open_svg(width, static_cast<int>(text_y) + 7, "memory") + bar + "</svg>";
}

}  // namespace mote::app::report
