// Two numbers in one 32-bit word, low + 65536 * high, so that one product serves both, on cores that multiply words only.
//
// A word that collects the products of a block of weights with 8-bit inputs keeps the two sums apart as long as both fit 16 bits, which
// holds when the magnitudes of the block's weights add to at most 255 (those of inputs are at most 128). With 2^15 added, its upper half is
// the one sum and its lower half the other. After each block the whole word is added to one total, modulo 2^32, and its upper half to
// another; both sums follow at the end. Blocks are made to hold by taking from their weights: what was taken is listed and added one by
// one.
//
// Weights are stored plus 128, so that they are unsigned bytes: a block begins with 2^15 less 128 times the sum of its inputs.
#pragma once

#include "mote/rt/nn/kernel.hpp"

// The loops in assembly: they need more registers than compilers give to their own.
#if defined(__arm__) && defined(__thumb2__)
#define MOTE_RT_PAIRS_ARMV7M 1
#elif defined(__arm__) && defined(__thumb__)
#define MOTE_RT_PAIRS_ARMV6M 1
#endif

namespace mote {
namespace rt {
namespace nn {

constexpr uint32_t pair_half = 0x8000u;

MOTE_RT_INLINE uint32_t pair_word(int32_t low, int32_t high) { return static_cast<uint32_t>(low) + (static_cast<uint32_t>(high) << 16); }
/// What a block's word begins with.
MOTE_RT_INLINE uint32_t pair_start(uint32_t sum_of_inputs) { return pair_half - (sum_of_inputs << 7); }
MOTE_RT_INLINE uint32_t upper_half(uint32_t x) { return static_cast<uint32_t>(static_cast<int32_t>(x) >> 16); }

}  // namespace nn
}  // namespace rt
}  // namespace mote
