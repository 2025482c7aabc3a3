// The table of nn/wide_rescale.hpp.
#pragma once

#include "graph/quantised.hpp"

namespace mote::graph {

/// For layers within the range of suits_arm_dsp().
KernelTable wide_rescale(const LayerTables& tables);

}  // namespace mote::graph
