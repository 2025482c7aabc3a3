// Stored values as fixed-point numbers with 4 integer bits: what TensorFlow Lite's logistic and tanh start from.
#pragma once

#include "graph/quantised.hpp"
#include "mote/rt/nn/exponential.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph {

struct FixedPointInput {
    std::int32_t zero_point = 0, radius = 0;
    Multiplier multiplier;
    /// Beyond the numbers that 4 integer bits hold.
    bool is_below(std::int32_t x) const { return x - zero_point <= -radius; }
    bool is_above(std::int32_t x) const { return x - zero_point >= radius; }
    std::int32_t raw(std::int32_t x) const { return rt::nn::multiply(x - zero_point, multiplier.value, multiplier.shift); }
};

inline FixedPointInput fixed_point_input(const NodeView& view) {
    constexpr int integer_bits = 4;
    constexpr int one = 31 - integer_bits;
    FixedPointInput input;
    input.zero_point = zero_point_of(view.input(0));
    input.multiplier = multiplier_of(double{scale_of(view.input(0))} * (1 << one));
    // CalculateInputRadius of quantization_util.cc.
    const double radius = std::ldexp((1 << integer_bits) - 1.0, one - input.multiplier.shift);
    input.radius = static_cast<std::int32_t>(std::min(std::floor(radius), 65536.0));
    return input;
}

}  // namespace mote::graph
