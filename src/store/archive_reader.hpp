// The files inside a zip or tar archive, one after the other, with everything refused that a path or a size could do harm with.
#pragma once

#include "base/error.hpp"
#include "base/files.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

struct archive;
struct archive_entry;

namespace mote::store {

class ArchiveReader {
  public:
    enum class Kind { zip, tar };
    using BadMember = std::function<void(const base::Error&)>;

    /// `limit_bytes` bounds what is unpacked in all. Throws base::Error "bad_input" when it is no archive of that kind.
    ArchiveReader(Kind kind, std::span<const std::byte> bytes, std::uint64_t limit_bytes);
    ~ArchiveReader();
    ArchiveReader(const ArchiveReader&) = delete;
    ArchiveReader& operator=(const ArchiveReader&) = delete;

    /// Name of the next regular file; nullopt at the end. Folders and what file managers add (__MACOSX, .DS_Store) are passed over.
    /// Absolute names, names with "..", links and devices are told to `on_bad` and passed over. Throws base::Error "bad_input" when the
    /// archive itself is damaged or unpacks to more than the limit: nothing can be read behind that.
    std::optional<std::string> next(const BadMember& on_bad);

    /// The content of that file. An error of the one member ("bad_input") leaves the others readable unless broken() is true after it.
    base::Bytes read();
    bool broken() const { return broken_; }

  private:
    [[noreturn]] void fail(const std::string& what);
    void count(std::uint64_t bytes);

    std::unique_ptr<::archive, int (*)(::archive*)> archive_;
    ::archive_entry* entry_ = nullptr;
    Kind kind_;
    std::uint64_t limit_bytes_;
    std::uint64_t unpacked_bytes_ = 0;
    bool broken_ = false;
};

/// Whether the bytes, unpacked where they are packed, begin like a tar archive. The name decides for bzip2, whose first block does not
/// fit into the head of a file.
bool is_tar(std::string_view file_name, std::span<const std::byte> head);
bool is_zip(std::span<const std::byte> head);

}  // namespace mote::store
