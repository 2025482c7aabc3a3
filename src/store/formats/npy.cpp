// One NumPy array.
#include "store/npy_array.hpp"

namespace mote::store::formats {

namespace {

bool match(std::string_view, std::span<const std::byte> head) { return is_npy(head); }

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    read_npy(parse_npy(bytes), {}, "", options, sink);
}

}  // namespace

const Format& npy() {
    static const Format format{.name = "npy",
                               .help = "NumPy array of one recording or of many of equal length",
                               .extensions = {".npy"},
                               .match = match,
                               .read = read};
    return format;
}

}  // namespace mote::store::formats
