// Tar archives of recordings (POSIX.1-2001 pax, GNU), packed or not.
#include "store/archive_members.hpp"

namespace mote::store::formats {

namespace {

void read(std::string_view, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink) {
    read_members(ArchiveReader::Kind::tar, bytes, options, sink);
}

}  // namespace

const Format& tar() {
    static const Format format{.name = "tar",
                               .help = "archive of files of the other formats, packed by gzip, xz, zstd, bzip2 or not",
                               .extensions = {".tar", ".tgz", ".txz", ".tzst", ".tbz", ".tbz2", ".gz", ".xz", ".zst", ".bz2"},
                               .match = is_tar,
                               .read = read};
    return format;
}

}  // namespace mote::store::formats
