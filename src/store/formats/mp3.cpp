// MPEG-1/2/2.5 layer III sound (ISO/IEC 11172-3, 13818-3), with or without an ID3v2 tag before it.
#include "store/byte_reader.hpp"
#include "store/mpeg.hpp"

namespace mote::store::formats {

namespace {

unsigned byte_at(std::span<const std::byte> bytes, std::size_t at) { return std::to_integer<unsigned>(bytes[at]); }

/// Length of a layer III frame whose header stands at `at`, 0 when there is none.
std::size_t frame_bytes(std::span<const std::byte> bytes, std::size_t at) {
    static constexpr unsigned kbit[2][16] = {{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0},
                                             {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}};
    static constexpr unsigned rates_hz[3] = {44100, 48000, 32000};
    if (at + 4 > bytes.size() || byte_at(bytes, at) != 0xff || (byte_at(bytes, at + 1) & 0xe0) != 0xe0) return 0;
    const unsigned version = byte_at(bytes, at + 1) >> 3 & 3, layer = byte_at(bytes, at + 1) >> 1 & 3;
    const unsigned bitrate = byte_at(bytes, at + 2) >> 4, rate = byte_at(bytes, at + 2) >> 2 & 3, padding = byte_at(bytes, at + 2) >> 1 & 1;
    if (version == 1 || layer != 1 || bitrate == 0 || bitrate == 15 || rate == 3) return 0;
    const bool first = version == 3;
    const unsigned rate_hz = rates_hz[rate] >> (first ? 0 : version == 2 ? 1 : 2);
    return (first ? 144u : 72u) * kbit[first ? 0 : 1][bitrate] * 1000 / rate_hz + padding;
}

/// Where the first frame should stand: behind the tag, whose size has 7 bits a byte.
std::size_t sound_begin(std::span<const std::byte> bytes) {
    if (!has_magic(bytes, "ID3") || bytes.size() < 10) return 0;
    std::size_t at = 10;
    for (std::size_t i = 6; i < 10; ++i) at += static_cast<std::size_t>(byte_at(bytes, i) & 0x7f) << 7 * (9 - i);
    return at;
}

/// Two bytes of sync are soon met by chance, so the next frame must stand where the first one ends.
bool match(std::string_view, std::span<const std::byte> head) {
    const std::size_t at = sound_begin(head);
    if (at > 0 && at + 4 > head.size()) return true;
    const std::size_t size = frame_bytes(head, at);
    return size > 0 && (at + size + 4 > head.size() || frame_bytes(head, at + size) > 0);
}

/// Walks the frames, because the decoder passes silently over what is damaged.
std::vector<std::string> check_frames(std::span<const std::byte> bytes) {
    std::size_t at = sound_begin(bytes);
    for (std::size_t frames = 0; at < bytes.size(); ++frames) {
        const std::size_t size = frame_bytes(bytes, at);
        const std::string place = "byte " + std::to_string(at) + ": ";
        // Tags that players put behind the sound.
        if (frames >= 2 && (has_magic(bytes, "TAG", at) || has_magic(bytes, "APETAGEX", at) || has_magic(bytes, "ID3", at))) return {};
        if (frames < 2 && (size == 0 || size > bytes.size() - at))
            throw base::Error("bad_input", place + "no whole MPEG layer III frame begins here",
                              "the file is damaged or cut short: export it as mp3 or wav");
        if (size == 0) return {place + "no MPEG layer III frame begins here; what follows is read as far as possible"};
        if (size > bytes.size() - at) return {place + "the last frame is cut short and left out"};
        at += size;
    }
    if (at == 0 || at > bytes.size()) throw base::Error("bad_input", "holds no sound", "record it again, or leave it out");
    return {};
}

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    read_mpeg(bytes, options, sink, check_frames(bytes));
}

}  // namespace

const Format& mp3() {
    static const Format format{.name = "mp3", .help = "sound, MPEG layer III", .extensions = {".mp3"}, .match = match, .read = read};
    return format;
}

}  // namespace mote::store::formats
