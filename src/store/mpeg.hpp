// MPEG layer III through libmpg123 itself: behind libsndfile it writes its complaints about damaged files to standard error.
#pragma once

#include "store/format.hpp"

namespace mote::store {

/// Decodes one stream to 16-bit samples as read_audio() does, without a word of its own. Throws Error "bad_input" for what cannot be
/// decoded, a stream that changes rate or channels, or more than options.limit_bytes decoded.
void read_mpeg(std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink, std::vector<std::string> warnings = {});

}  // namespace mote::store
