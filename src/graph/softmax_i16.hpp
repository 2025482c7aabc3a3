// Softmax on int16 (rt/nn/softmax_i16).
#pragma once

#include "graph/operator.hpp"
#include "graph/quantised.hpp"

namespace mote::graph {

void check_softmax_i16(const NodeView& view);
std::function<void(Values&)> prepare_softmax_i16(const NodeView& view);
KernelPlan lower_softmax_i16(const NodeView& view);

}  // namespace mote::graph
