// What every format is read into, and every signal step starts from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace mote::store {

/// How one value of a signal is kept, from the file to the chip: PCM stays 16 bit, pixels 8 bit, everything else is float.
enum class SampleType : std::uint8_t { i16, u8, f32 };

constexpr std::size_t size_of(SampleType type) { return type == SampleType::u8 ? 1 : type == SampleType::i16 ? 2 : 4; }
constexpr const char* name_of(SampleType type) { return type == SampleType::u8 ? "u8" : type == SampleType::i16 ? "i16" : "f32"; }

struct Channel {
    std::string name;  ///< "audio", "accX", "red"
    std::string unit;  ///< "m/s2", "g", "" when unknown
};

/// A label over part of a series: frames [begin, end).
struct LabelSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string label;
};

/// One recording. A series has shape [frames, channels], interleaved by frame; an image has height > 0 and frames = height * width,
/// channels 1 (grey) or 3 (red, green, blue).
struct Signal {
    std::vector<Channel> channels;
    double rate_hz = 0;  ///< frames a second; 0 for an image or an irregular series
    std::size_t frames = 0;
    std::size_t height = 0;  ///< rows of an image, 0 for a series
    std::size_t width = 0;
    std::variant<std::vector<std::int16_t>, std::vector<std::uint8_t>, std::vector<float>> values;  ///< frames * channels.size() values
    std::vector<LabelSpan> labels;  ///< labels inside the recording, in order, without overlap; empty when it has one label or none

    SampleType type() const { return static_cast<SampleType>(values.index()); }
    bool is_image() const { return height > 0; }
    std::size_t value_count() const { return frames * channels.size(); }
    std::span<const std::byte> bytes() const {
        return std::visit([](const auto& v) { return std::as_bytes(std::span(v)); }, values);
    }
    /// Value `i` (frame * channels + channel) as float, unscaled.
    float at(std::size_t i) const {
        return std::visit([i](const auto& v) { return static_cast<float>(v[i]); }, values);
    }
};

}  // namespace mote::store
