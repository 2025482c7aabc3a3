#include "store/archive_reader.hpp"

#include "store/beginning.hpp"
#include "store/byte_reader.hpp"

#include <algorithm>
#include <array>

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

namespace mote::store {

namespace {

using base::Error;

void support_packing(archive* reader) {
    archive_read_support_filter_gzip(reader);
    archive_read_support_filter_xz(reader);
    archive_read_support_filter_zstd(reader);
    archive_read_support_filter_bzip2(reader);
}

std::string reason(archive* reader) {
    const char* text = archive_error_string(reader);
    return text && base::is_utf8(text) ? text : "it is damaged";
}

/// Why a name is refused, or nullptr.
const char* harm_of(std::string_view name) {
    if (name.empty() || !base::is_utf8(name) || name.find('\0') != std::string_view::npos) return "its name is not UTF-8 text";
    if (name[0] == '/' || name[0] == '\\' || (name.size() > 1 && name[1] == ':')) return "its name is absolute";
    for (std::size_t start = 0; start <= name.size();) {
        const std::size_t end = std::min(name.find_first_of("/\\", start), name.size());
        if (name.substr(start, end - start) == "..") return "its name leads out of the archive (..)";
        start = end + 1;
    }
    return nullptr;
}

bool is_litter(std::string_view name) {
    const std::string_view file = name.substr(name.find_last_of('/') + 1);
    return name.starts_with("__MACOSX/") || file == ".DS_Store" || file == "Thumbs.db" || file.starts_with("._");
}

std::string printable(std::string_view name) { return beginning(name, 200, "a member"); }

/// libarchive converts names through the locale of the thread, and the plain C locale knows no letters beyond ASCII.
class Utf8Names {
  public:
    Utf8Names() : before_(uselocale(utf8())) {}
    ~Utf8Names() { uselocale(before_); }
    Utf8Names(const Utf8Names&) = delete;
    Utf8Names& operator=(const Utf8Names&) = delete;

  private:
    static locale_t utf8() {
        static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", static_cast<locale_t>(nullptr));
        return locale;
    }
    locale_t before_;
};

bool is_tar_header(std::span<const std::byte> bytes) { return has_magic(bytes, "ustar", 257); }

bool is_named_tar(std::string_view file_name) {
    const std::string name = base::lower(file_name);
    const auto ends = [&](const char* end) { return name.ends_with(end); };
    return name.find(".tar.") != std::string::npos || ends(".tgz") || ends(".txz") || ends(".tzst") || ends(".tbz2") || ends(".tbz");
}

}  // namespace

ArchiveReader::ArchiveReader(Kind kind, std::span<const std::byte> bytes, std::uint64_t limit_bytes)
    : archive_(archive_read_new(), archive_read_free), kind_(kind), limit_bytes_(limit_bytes) {
    if (!archive_) throw Error("internal", "no memory for unpacking", "close other programs");
    if (kind == Kind::zip) {
        archive_read_support_format_zip(archive_.get());
    } else {
        archive_read_support_format_tar(archive_.get());
        support_packing(archive_.get());
    }
    const Utf8Names names;
    if (archive_read_open_memory(archive_.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) fail("cannot be opened");
}

ArchiveReader::~ArchiveReader() = default;

void ArchiveReader::fail(const std::string& what) {
    broken_ = true;
    throw Error("bad_input",
                "byte " + std::to_string(std::max<la_int64_t>(0, archive_filter_bytes(archive_.get(), -1))) + ": the archive " + what +
                    ": " + reason(archive_.get()),
                "the archive is damaged or cut short: copy it again");
}

void ArchiveReader::count(std::uint64_t bytes) {
    unpacked_bytes_ += std::min(bytes, limit_bytes_ + 1);
    if (unpacked_bytes_ <= limit_bytes_) return;
    broken_ = true;
    throw Error("bad_input", "unpacks to more than " + base::human_bytes(limit_bytes_), "split the archive, or raise the size limit");
}

std::optional<std::string> ArchiveReader::next(const BadMember& on_bad) {
    const Utf8Names names;
    for (;;) {
        if (broken_) return std::nullopt;
        const int code = archive_read_next_header(archive_.get(), &entry_);
        if (code == ARCHIVE_EOF) return std::nullopt;
        if (code == ARCHIVE_RETRY || code == ARCHIVE_FATAL || code == ARCHIVE_FAILED) fail("cannot be read on");
        const char* utf8 = archive_entry_pathname_utf8(entry_);
        const char* raw = utf8 ? utf8 : archive_entry_pathname(entry_);
        const std::string name = raw ? raw : "";
        // Passing over a member of a packed tar unpacks it all the same.
        const auto declared = static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry_)));
        const auto type = archive_entry_filetype(entry_);
        const bool is_link = type == AE_IFLNK || archive_entry_hardlink(entry_) != nullptr || archive_entry_symlink(entry_) != nullptr;
        const char* harm = is_link ? "is a link" : type != AE_IFREG && type != AE_IFDIR ? "is a device" : harm_of(name);
        const bool passed = harm || type == AE_IFDIR || is_litter(name);
        if (passed && kind_ == Kind::tar) count(declared);
        if (harm)
            on_bad(Error("bad_input", printable(name) + ": " + harm, "pack the archive again, from inside its folder and without links"));
        else if (!passed)
            return name;
    }
}

base::Bytes ArchiveReader::read() {
    base::Bytes bytes;
    const la_int64_t declared = archive_entry_size(entry_);
    bytes.reserve(static_cast<std::size_t>(std::clamp<la_int64_t>(declared, 0, 1 << 20)));
    std::array<std::byte, 1 << 16> piece;
    for (;;) {
        const la_ssize_t got = archive_read_data(archive_.get(), piece.data(), piece.size());
        if (got == 0) break;
        if (got == ARCHIVE_RETRY) continue;
        if (got == ARCHIVE_FATAL) fail("cannot be unpacked");
        if (got < 0)
            throw Error("bad_input", "cannot be unpacked after byte " + std::to_string(bytes.size()) + ": " + reason(archive_.get()),
                        "pack the archive again");
        count(static_cast<std::uint64_t>(got));
        bytes.insert(bytes.end(), piece.begin(), piece.begin() + got);
    }
    if (archive_entry_size_is_set(entry_) && static_cast<std::uint64_t>(declared) != bytes.size())
        throw Error("bad_input", "declares " + std::to_string(declared) + " bytes, but unpacks to " + std::to_string(bytes.size()),
                    "pack the archive again");
    return bytes;
}

bool is_zip(std::span<const std::byte> head) { return has_magic(head, "PK\x03\x04") || has_magic(head, std::string_view("PK\x05\x06", 4)); }

bool is_tar(std::string_view file_name, std::span<const std::byte> head) {
    if (is_tar_header(head)) return true;
    if (has_magic(head, "BZh")) return is_named_tar(file_name);  // its blocks are larger than the head
    const bool packed = has_magic(head, "\x1f\x8b") ||
                        has_magic(head, std::string_view("\xfd"
                                                         "7zXZ\0",
                                                         6)) ||
                        has_magic(head, "\x28\xb5\x2f\xfd");
    if (!packed) return false;
    const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
    if (!reader) return false;
    archive_read_support_format_raw(reader.get());
    support_packing(reader.get());
    archive_entry* entry = nullptr;
    if (archive_read_open_memory(reader.get(), head.data(), head.size()) != ARCHIVE_OK ||
        archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK)
        return is_named_tar(file_name);
    std::array<std::byte, 512> start{};
    const la_ssize_t got = archive_read_data(reader.get(), start.data(), start.size());
    if (got <= 0) return is_named_tar(file_name);  // a block that ends beyond the head
    return is_tar_header(std::span(start).first(static_cast<std::size_t>(got)));
}

}  // namespace mote::store
