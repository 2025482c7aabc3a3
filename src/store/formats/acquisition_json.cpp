// Signed recordings of Edge Impulse clients, as JSON.
#include "store/acquisition.hpp"

namespace mote::store::formats {

namespace {

bool match(std::string_view, std::span<const std::byte> head) {
    const std::string_view text = base::as_text(head);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{' &&
           (text.find("\"payload\"") != std::string_view::npos || text.find("\"protected\"") != std::string_view::npos);
}

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    read_acquisition(Encoding::json, bytes, options, sink);
}

}  // namespace

const Format& acquisition_json() {
    static const Format format{.name = "acquisition_json",
                               .help = "signed recording of an Edge Impulse client, JSON",
                               .extensions = {".json"},
                               .match = match,
                               .read = read};
    return format;
}

}  // namespace mote::store::formats
