// Where every buffer of one inference lies in the arena, so that buffers which are never needed together share memory.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mote::codegen {

/// An earlier want (by index) whose memory a later one may take while both are needed, in the step that reads the one and writes the other:
/// each place is read before it is written when the later one begins `lead_bytes` before the earlier one.
struct Overwrite {
    std::size_t want = 0;
    std::size_t lead_bytes = 0;  ///< a multiple of both alignments
};

/// Memory that is needed from step `first_step` to step `last_step`, both included.
struct Want {
    std::string name;
    std::size_t size_bytes = 0;
    int first_step = 0, last_step = 0;
    std::size_t alignment = 8;             ///< a power of two
    std::vector<Overwrite> may_overwrite;  ///< considered are those whose last step is this one's first step
};

/// quick: to compare many choices of kernels; full: to compare few; proven: the plan that is used, with the proof that none is smaller
/// where one is found in a second.
enum class Effort : unsigned char { quick, full, proven };

struct MemoryPlan {
    std::vector<std::size_t> offsets;  ///< one a want
    std::vector<int> overwrites;       ///< the want in whose place this one lies, or -1
    std::size_t total_bytes = 0;
    std::size_t lower_bound_bytes = 0;  ///< no plan can be smaller
};

/// Greedy by several orders, then a seeded search over orders and over what overwrites what, which ends at what one step cannot do
/// without, then an exact search (codegen/exact_plan.hpp); the smallest plan found, always the same for the same wants. The first-fit
/// strategies are those of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020.
/// Throws base::Error "internal" should the plan break its own rules.
MemoryPlan plan_memory(std::span<const Want> wants, Effort effort = Effort::proven);

/// Throws base::Error "internal" when two wants that are needed in one step share memory without being allowed to, when one is misaligned,
/// or when one reaches beyond total_bytes.
void check_plan(std::span<const Want> wants, const MemoryPlan& plan);

}  // namespace mote::codegen
