// ZIP archives of recordings (PKWARE APPNOTE).
#include "store/archive_members.hpp"

#include "base/text.hpp"

namespace mote::store::formats {

namespace {

// npz is a zip as well and has its own format.
bool match(std::string_view file_name, std::span<const std::byte> head) {
    return is_zip(head) && !base::lower(file_name).ends_with(".npz");
}

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    if (!is_zip(bytes)) throw base::Error("bad_input", "byte 0: is not a zip archive", "pack it again");
    read_members(ArchiveReader::Kind::zip, bytes, options, sink);
}

}  // namespace

const Format& zip() {
    static const Format format{
        .name = "zip", .help = "archive of files of the other formats", .extensions = {".zip"}, .match = match, .read = read};
    return format;
}

}  // namespace mote::store::formats
