// The smallest memory plan by search, with proof.
#pragma once

#include "codegen/memory_plan.hpp"

namespace mote::codegen {

/// Halves the gap between `plan.total_bytes` and `plan.lower_bound_bytes` by asking whether any plan needs at most so many bytes: a smaller
/// plan takes the place of `plan`, a proof that there is none raises the bound. `most_work` limits the pairs of wants that are looked at
/// (about 10 ns each), so that the answer does not depend on the machine. Every question is answered by constraint propagation and
/// branching over how two buffers that meet in time lie (one below the other, or one reaching into the other), as in Baptiste, Le Pape and
/// Nuijten, "Constraint-Based Scheduling", 2001, ch. 4, with addresses for times.
void prove_or_improve(std::span<const Want> wants, MemoryPlan& plan, std::size_t most_work);

}  // namespace mote::codegen
