// Append-only files that hold many objects each, so that a hundred thousand small samples are a handful of files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <vector>

namespace mote::store {

/// Where an object lies.
struct Place {
    std::int64_t segment = 0;
    std::int64_t offset = 0;
};

/// One writer at a time (the caller holds the store's lock); any number of readers. What lies beyond the committed size of a segment is
/// the remains of a writer that died, and is cut off by the next one.
class Segments {
  public:
    explicit Segments(std::filesystem::path folder);
    ~Segments();
    Segments(const Segments&) = delete;
    Segments& operator=(const Segments&) = delete;

    /// Goes on after the committed end of the newest segment (0, 0 when there is none).
    void begin(std::int64_t segment, std::int64_t committed_bytes);
    /// Adds bytes at a multiple of 16; they are durable after sync().
    Place append(std::span<const std::byte> bytes);
    /// Makes everything appended since begin() durable.
    void sync();
    /// Newest segment and its size; what a caller commits after sync().
    std::int64_t segment() const { return segment_; }
    std::int64_t size_bytes() const { return written_ + static_cast<std::int64_t>(pending_.size()); }
    /// Segments that were filled up since begin(), with their sizes.
    const std::vector<std::pair<std::int64_t, std::int64_t>>& filled() const { return filled_; }

    /// The bytes of a stored object, mapped; valid as long as this. Throws base::Error "bad_input" when the file is too short.
    std::span<const std::byte> view(Place place, std::int64_t size) const;

  private:
    struct Mapping {
        const std::byte* data = nullptr;
        std::size_t mapped = 0;
        std::int64_t file_size = 0;
    };
    std::filesystem::path file(std::int64_t segment) const;
    void open_writer(std::int64_t segment, std::int64_t committed_bytes);
    void close_writer();
    void flush();

    std::filesystem::path folder_;
    int writer_ = -1;
    std::int64_t segment_ = 0;
    std::int64_t written_ = 0;
    std::vector<std::byte> pending_;
    std::vector<std::pair<std::int64_t, std::int64_t>> filled_;
    bool new_file_ = false;

    mutable std::mutex lock_;
    mutable std::map<std::int64_t, Mapping> mappings_;
    mutable std::vector<Mapping> outgrown_;  ///< spans into these may be in use
};

}  // namespace mote::store
