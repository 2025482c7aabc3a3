// Signals, features and memory as pictures.
#pragma once

#include "codegen/emit.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::app::report {

/// A series as an SVG: one band a channel, at most two points a pixel column (the least and the greatest value there).
/// `values` has shape [frames, channels].
std::string waveform(std::span<const float> values, std::size_t channels, int width = 260, int height = 70);

/// A matrix of shape [columns(time), rows] as a PNG data URI in an <img>: time to the right, row 0 at the bottom, dark is low.
std::string heat_map(std::span<const float> values, std::size_t columns, std::size_t rows, int width = 260, int height = 80);

/// A grey or RGB image of shape [height, width, channels] with values from 0 to 255.
std::string image(std::span<const float> values, std::size_t height, std::size_t width, std::size_t channels, int shown_width = 96);

/// A tensor's name as other tools make it ("net/conv/Relu;net/conv/BiasAdd") in at most `most` characters ("conv/Relu", "Relu").
std::string short_name(std::string_view name, std::size_t most);

/// Buffers of the arena: steps to the right, addresses upward; each buffer a box with its tensor's name and size.
std::string arena_map(std::span<const codegen::Buffer> plan, std::size_t arena_bytes, int width = 680, int height = 260);

struct Part {
    std::string name;
    double bytes = 0;
};
/// One bar of `limit` bytes, filled by parts, with a legend.
std::string memory_bar(const std::string& title, std::span<const Part> parts, double limit, int width = 680);

}  // namespace mote::app::report
