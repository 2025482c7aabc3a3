// What the counting plugin wrote about one run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::target {

/// Regions as firmware/mark.hpp numbers them.
namespace regions {
constexpr unsigned outside = 0, calibration = 1, window = 2, first_step = 3;
}

struct Visit {
    unsigned region = 0;
    std::uint64_t instructions = 0;  ///< the call of the mark that ends the region included
};

struct BlockCount {
    std::uint64_t begin = 0, end = 0, executions = 0, instructions = 0;
};

/// Control that left the code before `from` without falling through.
struct EdgeCount {
    std::uint64_t from = 0, to = 0, times = 0;
};

struct CacheCount {
    std::uint64_t code_misses = 0, sequential_misses = 0, hidden_cycles = 0, data_reads = 0, data_misses = 0, data_repeats = 0;
};

struct RegionProfile {
    std::vector<BlockCount> blocks;
    std::vector<EdgeCount> edges;
    CacheCount cache;
};

struct Violation {
    std::string kind;  ///< "load", "store", "store_to_flash", "below_stack", "fetch", "stack"
    std::uint64_t program_counter = 0, address = 0, size_bytes = 0;
};

struct Counts {
    std::uint64_t total = 0;
    std::uint64_t stack_lowest = 0;
    std::vector<Visit> visits;                  ///< in order of time
    std::map<unsigned, RegionProfile> regions;  ///< profile mode; of each region's first visit
    std::optional<Violation> violation;
};

/// Throws base::Error "tool_failed" naming the line unless the text is whole and sound.
Counts parse_counts(std::string_view text);

}  // namespace mote::target
