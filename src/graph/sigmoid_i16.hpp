// Logistic function and hyperbolic tangent on int16 (rt/nn/sigmoid_i16).
#pragma once

#include "graph/operator.hpp"
#include "graph/quantised.hpp"

#include <array>

namespace mote::graph {

/// What logistic, tanh and softmax give on int16: 15 fraction bits.
inline constexpr OutputScale unit_scale_i16{ScaleRule::fixed, 1.0f / 32768, 0};

/// 65536 times the logistic function from 0 up in steps of 1/24, each raised by half of what a straight line to the next one misses in the
/// middle: sigmoid_table_uint16 of TensorFlow Lite's common.cc.
std::array<std::int16_t, 256> sigmoid_table();

void check_sigmoid_i16(const NodeView& view);
std::function<void(Values&)> prepare_sigmoid_i16(const NodeView& view, bool is_tanh);
KernelPlan lower_sigmoid_i16(const NodeView& view, bool is_tanh);

}  // namespace mote::graph
