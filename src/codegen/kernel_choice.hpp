// Which kernels compute a model on a core: what Pipeline::optimise decides.
#pragma once

#include "codegen/emit.hpp"
#include "codegen/layout.hpp"
#include "graph/kernel_call.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::codegen {

/// Where everything lies with a choice of kernels.
using LayOut = std::function<Layout(const Kernels& kernels, Effort effort)>;

/// For speed, the core's fastest; for size, fast ones as far as their tables grow little; for RAM, see kernels_for_ram(). Throws
/// base::Error "unsupported" naming a node without kernels, "bad_input" where no choice found keeps the limit on the arena.
Kernels choose_kernels(const Pipeline& pipeline, const LayOut& lay_out);

/// Whether the code is to be compiled for size, with one copy of each kernel; else for speed, with a copy for each set of sizes.
bool is_compact(const Pipeline& pipeline);

}  // namespace mote::codegen
