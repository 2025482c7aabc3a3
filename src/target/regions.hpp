// What a counted run says about the regions that the firmware marks, and how it ended.
#pragma once

#include "target/emulator.hpp"
#include "target/image.hpp"
#include "target/measure.hpp"

#include <cstdint>
#include <vector>

namespace mote::target {

/// Throws base::Error "tool_failed" unless the firmware ended well.
void check_exit(const Execution& execution, const board::Board& board);

/// Instructions of each visit of a region, without the marks' own.
std::vector<std::uint64_t> visits_of(const Counts& counts, unsigned region);

/// Cycles of a region's first visit, without the marks' own; the run was made in profile mode.
Cycles cycles_of(const Counts& counts, unsigned region, const Image& image, const board::Board& board);

}  // namespace mote::target
