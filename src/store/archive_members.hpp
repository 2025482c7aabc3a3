// An archive of recordings: every member is read by its own format.
#pragma once

#include "store/archive_reader.hpp"
#include "store/format.hpp"

namespace mote::store {

/// Reads each member with the format that knows it; a recording's name is the member's path, and its own name behind that.
/// Companions (labels of IDX images) are looked up in the archive. Archives inside are refused. What is unpacked in all, and what all
/// recordings decode to, is at most options.limit_bytes each.
/// A bad member is told to options.on_bad_member (code "unsupported" where no format knows it or it holds no readings, such as a README or
/// a table of labels) and the others are read; without that function the first error that is not "unsupported" is thrown at the end, and an
/// archive without any recording is an error too.
void read_members(ArchiveReader::Kind kind, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink);

}  // namespace mote::store
