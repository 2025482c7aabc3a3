// Which kernels compute a model on a core: what Pipeline::optimise decides.
#pragma once

#include "codegen/emit.hpp"
#include "graph/kernel_call.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::codegen {

/// Bytes of arena that a choice of plans, one a node, needs.
using ArenaOf = std::function<std::size_t(std::span<const graph::KernelPlan> plans)>;

/// One plan a node. For speed, the core's fastest; for size, fast ones as far as their tables grow little; for RAM, those with the least
/// arena, and of these the fastest; with Pipeline::arena_limit_bytes, the fastest whose arena stays within it. The choice for RAM is
/// greedy: from the least arena on, the nodes with most work come first. Throws base::Error "unsupported" naming a node without kernels,
/// "bad_input" where no choice found keeps the limit.
std::vector<graph::KernelPlan> choose_kernels(const Pipeline& pipeline, const ArenaOf& arena_of);

/// Whether the code is to be compiled for size, with one copy of each kernel; else for speed, with a copy for each set of sizes.
bool is_compact(const Pipeline& pipeline);

}  // namespace mote::codegen
