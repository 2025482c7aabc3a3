// Signed recordings of Edge Impulse clients, as CBOR (RFC 8949).
#include "store/acquisition.hpp"

namespace mote::store::formats {

namespace {

bool match(std::string_view, std::span<const std::byte> head) {
    if (head.empty() || (std::to_integer<unsigned>(head[0]) & 0xe0) != 0xa0) return false;
    // A map, with one of the two words as a text of 7 or 9 bytes.
    const std::string_view text = base::as_text(head);
    return text.find("\x67payload") != std::string_view::npos || text.find("\x69protected") != std::string_view::npos;
}

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    read_acquisition(Encoding::cbor, bytes, options, sink);
}

}  // namespace

const Format& acquisition_cbor() {
    static const Format format{.name = "acquisition_cbor",
                               .help = "signed recording of an Edge Impulse client, CBOR",
                               .extensions = {".cbor"},
                               .match = match,
                               .read = read};
    return format;
}

}  // namespace mote::store::formats
