// The kernels of mul beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/variant.hpp"
#include "mote/rt/nn/binary.hpp"

namespace mote::graph::variants::mul {

using Layer = rt::nn::BinaryParameters;
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

/// Whether the result is shifted right, by at most so many places; zero points are bytes, so products have 17 bits.
inline bool is_shifted_right(const Layer& p, std::int32_t most) {
    return p.out_shift <= -1 && p.out_shift >= -most && p.out_multiplier >= std::int32_t{1} << 30;
}

}  // namespace mote::graph::variants::mul
