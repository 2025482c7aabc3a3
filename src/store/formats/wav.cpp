// RIFF/WAVE sound (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", 1991).
#include "store/audio.hpp"
#include "store/byte_reader.hpp"

#include <sndfile.h>

namespace mote::store::formats {

namespace {

bool match(std::string_view, std::span<const std::byte> head) { return has_magic(head, "RIFF") && has_magic(head, "WAVE", 8); }

/// Walks the chunks before decoding, because a decoder silently shortens what a header declares too long.
std::vector<std::string> check_chunks(std::span<const std::byte> bytes) {
    std::vector<std::string> warnings;
    bool has_format = false;
    for (std::uint64_t at = 12; at + 8 <= bytes.size();) {
        const std::uint64_t size = load_le<std::uint32_t>(bytes, at + 4);
        const std::uint64_t left = bytes.size() - at - 8;
        if (has_magic(bytes, "fmt ", at)) has_format = true;
        if (has_magic(bytes, "data", at)) {
            if (!has_format)
                throw base::Error("bad_input", "byte " + std::to_string(at) + ": the sound comes before its format",
                                  "export the file again");
            if (size > left)
                throw base::Error("bad_input",
                                  "byte " + std::to_string(at) + ": the header declares " + std::to_string(size) +
                                      " bytes of sound, but only " + std::to_string(left) + " follow",
                                  "the file was cut short or written to a pipe: copy it again, or rewrite its header with a sound editor");
            const std::uint64_t declared = load_le<std::uint32_t>(bytes, 4);
            if (declared + 8 > bytes.size() || declared < at + size)
                warnings.push_back("byte 4: the header declares a file of " + std::to_string(declared + 8) + " bytes, it has " +
                                   std::to_string(bytes.size()));
            return warnings;
        }
        at += 8 + size + (size & 1);
    }
    throw base::Error("bad_input", "holds no \"data\" chunk", "the file was cut short: copy it again");
}

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (!match({}, bytes)) throw base::Error("bad_input", "byte 0: is not a RIFF/WAVE file", "export it as wav");
    read_audio(SF_FORMAT_WAV, bytes, options, sink, check_chunks(bytes));
}

}  // namespace

const Format& wav() {
    static const Format format{.name = "wav", .help = "sound, PCM or float", .extensions = {".wav", ".wave"}, .match = match, .read = read};
    return format;
}

}  // namespace mote::store::formats
