// Vorbis and Opus sound in Ogg pages (RFC 3533).
#include "store/audio.hpp"
#include "store/byte_reader.hpp"

#include <sndfile.h>

namespace mote::store::formats {

namespace {

bool match(std::string_view, std::span<const std::byte> head) { return has_magic(head, "OggS"); }

/// Walks the pages, because a decoder takes a file that was cut short for a shorter one.
std::vector<std::string> check_pages(std::span<const std::byte> bytes) {
    constexpr std::size_t header_bytes = 27;
    constexpr unsigned end_of_stream = 4;
    bool ended = false;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto cut = [at] {
            return base::Error("bad_input", "byte " + std::to_string(at) + ": the last page is cut short",
                               "the file was cut short: copy it again");
        };
        if (!has_magic(bytes, "OggS", at)) return {"byte " + std::to_string(at) + ": something that is no sound follows the last page"};
        if (bytes.size() - at < header_bytes) throw cut();
        const auto segments = std::to_integer<std::size_t>(bytes[at + 26]);
        if (bytes.size() - at < header_bytes + segments) throw cut();
        std::size_t size = header_bytes + segments;
        for (std::size_t i = 0; i < segments; ++i) size += std::to_integer<std::size_t>(bytes[at + header_bytes + i]);
        if (bytes.size() - at < size) throw cut();
        ended = (std::to_integer<unsigned>(bytes[at + 5]) & end_of_stream) != 0;
        at += size;
    }
    if (!ended) return {"the stream has no end mark: it was cut short, or never closed"};
    return {};
}

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (!match({}, bytes)) throw base::Error("bad_input", "byte 0: is not an Ogg file", "export it as ogg or wav");
    read_audio(SF_FORMAT_OGG, bytes, options, sink, check_pages(bytes));
}

}  // namespace

const Format& ogg() {
    static const Format format{
        .name = "ogg", .help = "sound, Vorbis or Opus", .extensions = {".ogg", ".oga", ".opus"}, .match = match, .read = read};
    return format;
}

}  // namespace mote::store::formats
