// Sound files through libsndfile: one reader for every container but MPEG, given the container that match() found.
#pragma once

#include "store/format.hpp"

namespace mote::store {

/// Decoded sound, frame by frame.
struct Sound {
    std::vector<std::int16_t> values;  ///< [frames, channels]
    std::size_t channels = 0;
    double rate_hz = 0;
};

/// Full scale 1.0 to the nearest 16-bit value, clamped. Throws Error "bad_input" naming `frame` unless it is finite.
std::int16_t sample_from_float(float value, std::size_t frame);
/// Throws Error "bad_input" when `values` 16-bit values are more than `limit_bytes`.
void check_sound_size(std::uint64_t values, std::uint64_t limit_bytes);
/// Hands the whole frames on as a recording with channels "audio", or "audio0", "audio1", ...; throws Error "bad_input" when there are
/// none.
void give_sound(Sound sound, const Sink& sink, std::vector<std::string> warnings);

/// Decodes one sound file to 16-bit samples, shape [frames, channels], and hands it to `sink`.
///
/// 16-bit PCM is kept exactly. Everything else is rounded to the nearest 16-bit value, half away from zero, and clamped: 8-bit PCM times
/// 256, 24- and 32-bit PCM divided by 256 and 65536, floats and lossy codecs (full scale 1.0) times 32768.
/// `container` is SF_FORMAT_WAV, SF_FORMAT_FLAC or SF_FORMAT_OGG.
/// Throws Error "bad_input" for what cannot be decoded, a file cut short, NaN or infinity, or more than options.limit_bytes decoded.
void read_audio(int container, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink,
                std::vector<std::string> warnings = {});

}  // namespace mote::store
