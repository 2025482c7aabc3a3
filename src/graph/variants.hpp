// Which operators have kernels made for which instructions: a view on all catalogues in graph/variants/.
#pragma once

#include "graph/isa.hpp"

#include <string_view>
#include <vector>

namespace mote::graph {

/// The instructions that the operator's kernels beside the reference are made for, one entry a kernel; empty where it has none.
std::vector<IsaSet> variants_of(std::string_view op);
/// Whether one of them is made for `isa` itself.
bool has_variant(std::string_view op, Isa isa);
/// Whether one of them is made for `isa` or for lesser instructions, which it has too.
bool has_variant_below(std::string_view op, Isa isa);

}  // namespace mote::graph
