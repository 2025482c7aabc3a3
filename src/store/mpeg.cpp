#include "store/mpeg.hpp"

#include "store/audio.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include <mpg123.h>

namespace mote::store {

namespace {

/// The bytes as libmpg123 wants to see a file.
struct View {
    std::span<const std::byte> bytes;
    std::size_t position = 0;
};

ssize_t read_view(void* user, void* to, std::size_t count) {
    View& view = *static_cast<View*>(user);
    const std::size_t n = std::min(count, view.bytes.size() - view.position);
    if (n > 0) std::memcpy(to, view.bytes.data() + view.position, n);
    view.position += n;
    return static_cast<ssize_t>(n);
}

off_t seek_view(void* user, off_t offset, int whence) {
    View& view = *static_cast<View*>(user);
    const auto size = static_cast<off_t>(view.bytes.size());
    const off_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<off_t>(view.position) : size;
    // Offsets come from the file's own headers, so the sum is kept from overflowing and inside the file.
    const off_t to = offset > size - from ? size : std::max<off_t>(0, from + offset);
    view.position = static_cast<std::size_t>(to);
    return to;
}

struct Delete {
    void operator()(mpg123_handle* handle) const { mpg123_delete(handle); }
};
using Handle = std::unique_ptr<mpg123_handle, Delete>;

[[noreturn]] void refuse(const std::string& what) {
    throw base::Error("bad_input", what, "the file is damaged: export it again as mp3 or wav");
}

Handle open(View& view) {
    static const int ready = mpg123_init();
    int code = ready;
    Handle handle(ready == MPG123_OK ? mpg123_new(nullptr, &code) : nullptr);
    if (!handle) throw base::Error("internal", std::string("the MPEG decoder cannot start: ") + mpg123_plain_strerror(code));
    mpg123_param(handle.get(), MPG123_ADD_FLAGS, MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_GAPLESS, 0);
    mpg123_param(handle.get(), MPG123_REMOVE_FLAGS, MPG123_AUTO_RESAMPLE, 0);
    mpg123_replace_reader_handle(handle.get(), read_view, seek_view, nullptr);
    if (mpg123_open_handle(handle.get(), &view) != MPG123_OK) refuse(std::string("cannot be decoded: ") + mpg123_strerror(handle.get()));
    return handle;
}

}  // namespace

void read_mpeg(std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink, std::vector<std::string> warnings) {
    View view{bytes};
    const Handle handle = open(view);
    Sound sound;
    for (;;) {
        unsigned char* decoded = nullptr;
        std::size_t size = 0;
        off_t frame = 0;
        const int code = mpg123_decode_frame(handle.get(), &frame, &decoded, &size);
        const std::size_t frames = sound.channels > 0 ? sound.values.size() / sound.channels : 0;
        if (code == MPG123_NEW_FORMAT) {
            long rate = 0;
            int channels = 0, encoding = 0;
            mpg123_getformat(handle.get(), &rate, &channels, &encoding);
            if (channels < 1 || rate < 1 || encoding != MPG123_ENC_FLOAT_32) refuse("declares a sound that no decoder makes");
            if (sound.channels > 0 && !sound.values.empty() &&
                (static_cast<double>(rate) != sound.rate_hz || static_cast<std::size_t>(channels) != sound.channels))
                refuse("changes rate or channels after frame " + std::to_string(frames));
            sound.rate_hz = static_cast<double>(rate), sound.channels = static_cast<std::size_t>(channels);
            continue;
        }
        if (code == MPG123_DONE || code == MPG123_NEED_MORE) break;
        if (code != MPG123_OK) refuse("cannot be decoded after frame " + std::to_string(frames) + ": " + mpg123_strerror(handle.get()));
        const std::size_t count = size / sizeof(float);
        check_sound_size(sound.values.size() + count, options.limit_bytes);
        for (std::size_t i = 0; i < count; ++i) {
            float value = 0;
            std::memcpy(&value, decoded + i * sizeof value, sizeof value);
            sound.values.push_back(sample_from_float(value, sound.values.size() / std::max<std::size_t>(1, sound.channels)));
        }
    }
    give_sound(std::move(sound), sink, std::move(warnings));
}

}  // namespace mote::store
