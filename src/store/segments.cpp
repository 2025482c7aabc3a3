#include "store/segments.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mote::store {

namespace {

constexpr std::int64_t segment_limit_bytes = std::int64_t{64} << 20;
constexpr std::size_t pending_limit_bytes = std::size_t{4} << 20;
constexpr std::size_t alignment = 16;  // a mapped object can be read as any value type

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
    throw base::Error("tool_failed", file.string() + ": " + what + ": " + std::strerror(errno),
                      "free some space or check the disk, then run the same command again");
}

}  // namespace

Segments::Segments(std::filesystem::path folder) : folder_(std::move(folder)) {}

Segments::~Segments() {
    close_writer();
    for (const auto& [segment, m] : mappings_)
        if (m.data) ::munmap(const_cast<std::byte*>(m.data), m.mapped);
    for (const Mapping& m : outgrown_) ::munmap(const_cast<std::byte*>(m.data), m.mapped);
}

std::filesystem::path Segments::file(std::int64_t segment) const {
    char name[32];
    std::snprintf(name, sizeof name, "%06lld.segment", static_cast<long long>(segment));
    return folder_ / name;
}

void Segments::close_writer() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
}

void Segments::open_writer(std::int64_t segment, std::int64_t committed_bytes) {
    if (writer_ < 0 || segment != segment_) {
        close_writer();
        writer_ = ::open(file(segment).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (writer_ < 0) fail(file(segment), "cannot open");
        segment_ = segment;
    }
    struct stat status {};
    if (::fstat(writer_, &status) != 0) fail(file(segment), "cannot read");
    if (status.st_size < committed_bytes)
        throw base::Error("bad_input",
                          file(segment).string() + ": is " + std::to_string(status.st_size) + " bytes, " + std::to_string(committed_bytes) +
                              " were stored",
                          "restore .mote from a copy, or move it away and ingest again");
    if (status.st_size > committed_bytes && ::ftruncate(writer_, committed_bytes) != 0) fail(file(segment), "cannot truncate");
    written_ = committed_bytes;
    new_file_ = committed_bytes == 0;
}

void Segments::begin(std::int64_t segment, std::int64_t committed_bytes) {
    pending_.clear();
    filled_.clear();
    open_writer(std::max<std::int64_t>(segment, 1), committed_bytes);
}

Place Segments::append(std::span<const std::byte> bytes) {
    pending_.resize(pending_.size() + (alignment - static_cast<std::size_t>(size_bytes()) % alignment) % alignment);
    if (size_bytes() > 0 && size_bytes() + static_cast<std::int64_t>(bytes.size()) > segment_limit_bytes) {
        sync();
        filled_.emplace_back(segment_, written_);
        open_writer(segment_ + 1, 0);
    }
    const Place place{segment_, size_bytes()};
    pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    if (pending_.size() > pending_limit_bytes) flush();
    return place;
}

void Segments::flush() {
    std::size_t done = 0;
    while (done < pending_.size()) {
        const ssize_t n = ::pwrite(writer_, pending_.data() + done, pending_.size() - done, written_);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail(file(segment_), "cannot write");
        done += static_cast<std::size_t>(n);
        written_ += n;
    }
    pending_.clear();
}

void Segments::sync() {
    flush();
    if (::fdatasync(writer_) != 0) fail(file(segment_), "cannot sync");
    if (!new_file_) return;
    const int folder = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) fail(folder_, "cannot open");
    const int result = ::fsync(folder);
    ::close(folder);
    if (result != 0) fail(folder_, "cannot sync");
    new_file_ = false;
}

std::span<const std::byte> Segments::view(Place place, std::int64_t size) const {
    if (size == 0) return {};
    const std::lock_guard lock(lock_);
    Mapping& m = mappings_[place.segment];
    const std::int64_t end = place.offset + size;
    if (place.offset < 0 || size < 0 || end > m.file_size || static_cast<std::size_t>(end) > m.mapped) {
        const std::filesystem::path name = file(place.segment);
        const int fd = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) fail(name, "cannot open");
        struct stat status {};
        const bool known = ::fstat(fd, &status) == 0;
        if (!known || place.offset < 0 || size < 0 || end > status.st_size) {
            ::close(fd);
            throw base::Error("bad_input", name.string() + ": ends before byte " + std::to_string(end) + ", where a stored object lies",
                              "restore .mote from a copy, or move it away and ingest again");
        }
        m.file_size = status.st_size;
        if (static_cast<std::size_t>(end) > m.mapped) {
            // The whole segment's room at once: it grows behind the mapping, which stays valid.
            const auto room = static_cast<std::size_t>(std::max<std::int64_t>(status.st_size, segment_limit_bytes));
            void* data = ::mmap(nullptr, room, PROT_READ, MAP_SHARED, fd, 0);
            if (data == MAP_FAILED) {
                ::close(fd);
                fail(name, "cannot map");
            }
            if (m.data) outgrown_.push_back(m);
            m.data = static_cast<const std::byte*>(data);
            m.mapped = room;
        }
        ::close(fd);
    }
    return {m.data + place.offset, static_cast<std::size_t>(size)};
}

}  // namespace mote::store
