// Sizes beyond which a graph is a mistake or an attack, not a model for a small machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mote::graph::limits {

constexpr std::size_t tensors = 65536;
constexpr std::size_t nodes = 65536;
constexpr std::size_t rank = 8;
constexpr int dimension = 1 << 28;  ///< along one axis: a tensor of bytes has no more
constexpr std::uint64_t tensor_bytes = dimension;
constexpr std::uint64_t activation_bytes = std::uint64_t{1} << 30;
constexpr std::size_t json_depth = 32;  ///< nesting of the head of a model file

}  // namespace mote::graph::limits
