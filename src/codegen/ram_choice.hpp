// Which layers run in bands of rows, and which kernels give up speed, for a smaller arena.
#pragma once

#include "codegen/kernel_choice.hpp"

#include <vector>

namespace mote::codegen {

/// The kernels of each node, the fastest first.
using Candidates = std::vector<std::vector<graph::KernelPlan>>;

/// With Pipeline::arena_limit_bytes, the fastest choice found whose arena stays within it; without, the smallest arena that is worth its
/// price: of the choices found, the one with the least arena times the square root of the work. Bands of rows cost little and come first,
/// where the arena is fullest; then kernels that need less scratch memory, as far as that is worth it. Throws base::Error "bad_input" where
/// not even the least arena found keeps the limit.
Kernels kernels_for_ram(const Pipeline& pipeline, const Candidates& candidates, graph::Isa isa, const LayOut& lay_out);

}  // namespace mote::codegen
