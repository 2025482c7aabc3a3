// Any bytes as a file of one format: recordings that hold together, or an error that names the place.
#include "require.hpp"

#include "store/format.hpp"

#include <cmath>
#include <cstdint>

/// Name of the format, from the file that the build writes for each.
extern const char* const mote_fuzz_format;

namespace {

using namespace mote;
using fuzz::require;

const store::Format& the_format() {
    for (const store::Format* format : store::file_formats())
        if (format->name == mote_fuzz_format) return *format;
    require(false, "the format is in the catalogue");
    std::abort();
}

void check(const store::Recording& recording, const store::ReadOptions& options) {
    const store::Signal& signal = recording.signal;
    require(std::visit([](const auto& v) { return v.size(); }, signal.values) == signal.value_count(), "values fill the shape");
    require(signal.bytes().size() <= options.limit_bytes, "nothing is decoded beyond the limit");
    require(signal.frames > 0 && !signal.channels.empty(), "a recording holds something");
    require(signal.is_image() ? signal.frames == signal.width * signal.height : signal.rate_hz > 0,
            "an image has its size, a series its rate");
    require(std::isfinite(signal.rate_hz), "the rate is finite");
    for (std::size_t i = 0; i < signal.value_count(); ++i) require(std::isfinite(signal.at(i)), "values are finite");
    std::size_t last = 0;
    for (const auto& span : signal.labels) {
        require(span.begin >= last && span.begin < span.end && span.end <= signal.frames, "labels are in order and inside");
        require(base::is_utf8(span.label), "labels are UTF-8");
        last = span.end;
    }
    for (const auto& channel : signal.channels)
        require(base::is_utf8(channel.name) && base::is_utf8(channel.unit), "channel names are UTF-8");
    for (const auto& warning : recording.warnings) require(base::is_utf8(warning), "warnings are UTF-8");
    require(base::is_utf8(recording.name) && base::is_utf8(recording.label.value_or("")), "names and labels are UTF-8");
    require(!recording.metadata.dump().empty(), "metadata can be written");
}

/// A few sets of options, chosen by the length so that the bytes stay a plain file.
store::ReadOptions options_of(std::size_t size) {
    store::ReadOptions options;
    options.limit_bytes = 1 << 20;
    if (size % 4 != 1) options.rate_hz = 100;
    if (size % 4 == 2) options.label_column = "b", options.channels = {"a"};
    if (size % 4 == 3) options.hmac_key = "key", options.time_unit = "us";
    return options;
}

}  // namespace

/// libsndfile forgets some memory of libvorbis when an Ogg file's headers are bad; that is not ours to free.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libvorbis.so\n"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const store::Format& format = the_format();
    const std::string name = "a" + format.extensions[0];
    const auto bytes = std::as_bytes(std::span(data, size));
    store::ReadOptions options = options_of(size);
    options.on_bad_member = fuzz::require_readable;
    const store::Format* found = store::find_format(name, bytes.first(std::min<std::size_t>(size, 4096)));
    require(!found || !found->name.empty(), "a format has a name");
    try {
        format.read(name, bytes, options, [&](store::Recording&& recording) { check(recording, options); });
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
