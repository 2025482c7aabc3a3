// SPDX-License-Identifier: GPL-2.0-or-later
// The memory accelerator between core and flash: lines of code and of data, least recently used replaced first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace count {

/// A set-associative cache of `lines` lines (ways 0: any line may hold any address).
class LineCache {
  public:
    LineCache() = default;
    LineCache(std::size_t lines, std::size_t ways) : ways_(ways == 0 ? lines : ways), sets_(lines == 0 ? 0 : lines / ways_) {
        tags_.assign(lines, none);
    }
    bool exists() const { return sets_ > 0; }

    /// Looks up a line number and brings it in; true when it was there.
    bool touch(std::uint64_t line) {
        std::uint64_t* set = tags_.data() + (line % sets_) * ways_;
        std::uint64_t* end = set + ways_;
        std::uint64_t* found = std::find(set, end, line);
        const bool hit = found != end;
        std::move_backward(set, hit ? found : end - 1, hit ? found + 1 : end);  // the set is kept in order of use
        *set = line;
        return hit;
    }

  private:
    static constexpr std::uint64_t none = ~std::uint64_t{0};
    std::size_t ways_ = 0, sets_ = 0;
    std::vector<std::uint64_t> tags_;
};

struct CacheCounts {
    std::uint64_t code_misses = 0;        ///< line fetches that missed, not after the line just before
    std::uint64_t sequential_misses = 0;  ///< those that missed right after the line before
    std::uint64_t hidden = 0;             ///< of the waits of sequential misses, cycles that a prefetch can hide
    std::uint64_t data_reads = 0;         ///< loads from flash
    std::uint64_t data_misses = 0;
    std::uint64_t data_repeats = 0;  ///< of the misses, those in the line of the data read before: a read buffer would have it
};

struct CacheShape {
    std::uint64_t line_bytes = 0, code_lines = 0, data_lines = 0, ways = 0;
    bool unified = false, prefetch = false;
    std::uint64_t wait_states = 0;
};

class FlashCache {
  public:
    FlashCache() = default;
    explicit FlashCache(const CacheShape& shape)
        : shape_(shape), code_(shape.code_lines, shape.ways), data_(shape.unified ? 0 : shape.data_lines, shape.ways) {}

    /// Code of [begin, end) is fetched: `instructions` of them.
    void fetch(std::uint64_t begin, std::uint64_t end, std::uint64_t instructions, CacheCounts& counts) {
        if (!code_.exists()) return;
        const std::uint64_t first = begin / shape_.line_bytes, last = (end - 1) / shape_.line_bytes;
        const std::uint64_t in_a_line = instructions / (last - first + 1);
        for (std::uint64_t line = first; line <= last; ++line) {
            if (line != last_line_) fetch_line(line, counts);
            in_last_line_ += in_a_line;
        }
    }

    void read(std::uint64_t address, CacheCounts& counts) {
        ++counts.data_reads;
        if (shape_.line_bytes == 0) return;
        const std::uint64_t line = address / shape_.line_bytes;
        LineCache& cache = shape_.unified ? code_ : data_;
        if (!cache.exists() || !cache.touch(line)) {
            ++counts.data_misses;
            if (line == last_data_line_) ++counts.data_repeats;
        }
        last_data_line_ = line;
    }

  private:
    void fetch_line(std::uint64_t line, CacheCounts& counts) {
        if (!code_.touch(line)) {
            if (line == last_line_ + 1) {
                ++counts.sequential_misses;
                counts.hidden += std::min(shape_.wait_states, in_last_line_);
            } else {
                ++counts.code_misses;
            }
        }
        last_line_ = line;
        in_last_line_ = 0;
    }

    CacheShape shape_;
    LineCache code_, data_;
    std::uint64_t last_line_ = ~std::uint64_t{0} - 1, in_last_line_ = 0, last_data_line_ = ~std::uint64_t{0};
};

}  // namespace count
