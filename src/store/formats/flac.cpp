// Free Lossless Audio Codec (RFC 9639).
#include "store/audio.hpp"
#include "store/byte_reader.hpp"

#include <sndfile.h>

namespace mote::store::formats {

namespace {

bool match(std::string_view, std::span<const std::byte> head) { return has_magic(head, "fLaC"); }

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (!match({}, bytes)) throw base::Error("bad_input", "byte 0: is not a FLAC file", "export it as flac or wav");
    read_audio(SF_FORMAT_FLAC, bytes, options, sink);
}

}  // namespace

const Format& flac() {
    static const Format format{.name = "flac", .help = "sound, lossless", .extensions = {".flac"}, .match = match, .read = read};
    return format;
}

}  // namespace mote::store::formats
