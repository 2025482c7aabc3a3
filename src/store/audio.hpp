// Sound files through libsndfile: one reader for every container, given the container that match() found.
#pragma once

#include "store/format.hpp"

namespace mote::store {

/// Decodes one sound file to 16-bit samples, shape [frames, channels], and hands it to `sink`.
///
/// 16-bit PCM is kept exactly. Everything else is rounded to the nearest 16-bit value, half away from zero, and clamped: 8-bit PCM times
/// 256, 24- and 32-bit PCM divided by 256 and 65536, floats and lossy codecs (full scale 1.0) times 32768.
/// `container` is SF_FORMAT_WAV, SF_FORMAT_FLAC, SF_FORMAT_OGG or SF_FORMAT_MPEG.
/// Throws Error "bad_input" for what cannot be decoded, a file cut short, NaN or infinity, or more than options.limit_bytes decoded.
void read_audio(int container, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink,
                std::vector<std::string> warnings = {});

}  // namespace mote::store
