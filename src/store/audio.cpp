#include "store/audio.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include <sndfile.h>

namespace mote::store {

namespace {

constexpr int channels_max = 64;
constexpr int rate_max_hz = 10'000'000;
constexpr std::size_t block_values = 1 << 14;

/// The bytes as libsndfile wants to see a file.
struct View {
    std::span<const std::byte> bytes;
    sf_count_t position = 0;
};

SF_VIRTUAL_IO virtual_file() {
    SF_VIRTUAL_IO io{};
    io.get_filelen = [](void* user) { return static_cast<sf_count_t>(static_cast<View*>(user)->bytes.size()); };
    io.tell = [](void* user) { return static_cast<View*>(user)->position; };
    io.seek = [](sf_count_t offset, int whence, void* user) {
        View& view = *static_cast<View*>(user);
        const auto size = static_cast<sf_count_t>(view.bytes.size());
        const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? view.position : size;
        // Offsets come from the file's own headers, so the sum is kept from overflowing and inside the file.
        view.position = offset > size - from ? size : std::max<sf_count_t>(0, from + offset);
        return view.position;
    };
    io.read = [](void* to, sf_count_t count, void* user) -> sf_count_t {
        View& view = *static_cast<View*>(user);
        const sf_count_t n =
            std::clamp<sf_count_t>(static_cast<sf_count_t>(view.bytes.size()) - view.position, 0, std::max<sf_count_t>(count, 0));
        if (n > 0) std::memcpy(to, view.bytes.data() + view.position, static_cast<std::size_t>(n));
        view.position += n;
        return n;
    };
    io.write = [](const void*, sf_count_t, void*) -> sf_count_t { return 0; };
    return io;
}

struct Close {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
using File = std::unique_ptr<SNDFILE, Close>;

std::int16_t clamp16(long value) { return static_cast<std::int16_t>(std::clamp<long>(value, -32768, 32767)); }

/// Reads blocks with `read` (values asked -> values got) until none come, converting each value with `convert`.
template <class T, class Read, class Convert>
void decode(std::vector<std::int16_t>& values, std::uint64_t limit_bytes, std::size_t channels, const Read& read, const Convert& convert) {
    std::vector<T> block(block_values / channels * channels);
    for (;;) {
        const sf_count_t got = read(block.data(), static_cast<sf_count_t>(block.size()));
        if (got <= 0) return;
        check_sound_size(values.size() + static_cast<std::size_t>(got), limit_bytes);
        for (sf_count_t i = 0; i < got; ++i) values.push_back(convert(block[static_cast<std::size_t>(i)], values.size()));
    }
}

std::vector<std::int16_t> decode_all(SNDFILE* file, const SF_INFO& info, std::uint64_t limit_bytes) {
    const auto channels = static_cast<std::size_t>(info.channels);
    std::vector<std::int16_t> values;
    // A declared length is only a hint for the allocation, and believed up to 1 M values.
    values.reserve(static_cast<std::size_t>(std::clamp<sf_count_t>(info.frames, 0, (1 << 20) / info.channels) * info.channels));
    switch (info.format & SF_FORMAT_SUBMASK) {
        case SF_FORMAT_PCM_16:
            decode<short>(
                values, limit_bytes, channels, [&](short* to, sf_count_t n) { return sf_read_short(file, to, n); },
                [](short v, std::size_t) { return v; });
            break;
        case SF_FORMAT_PCM_S8:
        case SF_FORMAT_PCM_U8:
        case SF_FORMAT_PCM_24:
        case SF_FORMAT_PCM_32:
            // libsndfile gives integers left-justified in 32 bits.
            decode<int>(
                values, limit_bytes, channels, [&](int* to, sf_count_t n) { return sf_read_int(file, to, n); },
                [](int v, std::size_t) { return clamp16(std::lround(static_cast<double>(v) / 65536.0)); });
            break;
        default:
            decode<float>(
                values, limit_bytes, channels, [&](float* to, sf_count_t n) { return sf_read_float(file, to, n); },
                [channels](float v, std::size_t i) { return sample_from_float(v, i / channels); });
    }
    return values;
}

void check_header(const SF_INFO& info, int container) {
    const int found = info.format & SF_FORMAT_TYPEMASK;
    if (found != container && !(container == SF_FORMAT_WAV && found == SF_FORMAT_WAVEX))
        throw base::Error("bad_input", "is not the kind of sound file that its first bytes announce", "convert it to 16-bit PCM wav");
    if (info.channels < 1 || info.channels > channels_max)
        throw base::Error(
            "bad_input",
            "the header declares " + std::to_string(info.channels) + " channels, allowed are 1 to " + std::to_string(channels_max),
            "check the header, or split the recording");
    if (info.samplerate < 1 || info.samplerate > rate_max_hz)
        throw base::Error("bad_input",
                          "the header declares a rate of " + std::to_string(info.samplerate) + " Hz, allowed is 1 to " +
                              std::to_string(rate_max_hz) + " Hz",
                          "correct the rate in the header");
}

}  // namespace

std::int16_t sample_from_float(float value, std::size_t frame) {
    if (!std::isfinite(value))
        throw base::Error("bad_input", "frame " + std::to_string(frame) + " is not a finite number",
                          "repair the recording: export it again as 16-bit PCM");
    return clamp16(std::lround(std::clamp(value, -2.0f, 2.0f) * 32768.0f));
}

void check_sound_size(std::uint64_t values, std::uint64_t limit_bytes) {
    if (values > limit_bytes / 2)
        throw base::Error("bad_input", "holds more than " + base::human_bytes(limit_bytes / 2 * 2) + " of sound",
                          "split the recording, or raise the size limit");
}

void give_sound(Sound sound, const Sink& sink, std::vector<std::string> warnings) {
    const std::size_t frames = sound.channels > 0 ? sound.values.size() / sound.channels : 0;
    if (frames == 0) throw base::Error("bad_input", "holds no sound", "record it again, or leave it out");
    Recording recording;
    sound.values.resize(frames * sound.channels);
    recording.signal.rate_hz = sound.rate_hz;
    recording.signal.frames = frames;
    for (std::size_t c = 0; c < sound.channels; ++c)
        recording.signal.channels.push_back({sound.channels == 1 ? "audio" : "audio" + std::to_string(c), ""});
    recording.signal.values = std::move(sound.values);
    recording.warnings = std::move(warnings);
    sink(std::move(recording));
}

void read_audio(int container, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink,
                std::vector<std::string> warnings) {
    View view{bytes};
    SF_VIRTUAL_IO io = virtual_file();
    SF_INFO info{};
    const File file(sf_open_virtual(&io, SFM_READ, &info, &view));
    if (!file)
        throw base::Error("bad_input", "cannot be decoded: " + std::string(base::trim(sf_strerror(nullptr))),
                          "convert it to 16-bit PCM wav");
    check_header(info, container);
    sf_command(file.get(), SFC_SET_NORM_FLOAT, nullptr, SF_TRUE);

    std::vector<std::int16_t> values = decode_all(file.get(), info, options.limit_bytes);
    const auto channels = static_cast<std::size_t>(info.channels);
    const std::size_t frames = values.size() / channels;
    if (const int code = sf_error(file.get()); code != SF_ERR_NO_ERROR)
        throw base::Error("bad_input", "cannot be decoded after frame " + std::to_string(frames) + ": " + sf_error_number(code),
                          "the file is damaged: copy or record it again");
    if (frames > 0 && info.frames != SF_COUNT_MAX && static_cast<sf_count_t>(frames) < info.frames)
        throw base::Error(
            "bad_input",
            "the header declares " + std::to_string(info.frames) + " frames, but only " + std::to_string(frames) + " are there",
            "the file was cut short: copy it again");
    give_sound({std::move(values), channels, static_cast<double>(info.samplerate)}, sink, std::move(warnings));
}

}  // namespace mote::store
