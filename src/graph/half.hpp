// IEEE 754 half precision.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace mote::graph {

inline float widened(std::uint16_t half) {
    const int exponent = half >> 10 & 31, mantissa = half & 1023;
    const float size = exponent == 0    ? std::ldexp(static_cast<float>(mantissa), -24)
                       : exponent == 31 ? (mantissa ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity())
                                        : std::ldexp(static_cast<float>(mantissa + 1024), exponent - 25);
    return half >> 15 ? -size : size;
}

}  // namespace mote::graph
