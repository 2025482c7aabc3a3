// multiply() in fewer instructions on cores without 16-bit multiply-accumulates: for multipliers in [2^30, 2^31), shifts in [-14, 7], and
// sums that times 2^(shift + 1) stay below 2^29 (checked where the call is generated).
#pragma once

#include "mote/rt/nn/pairs.hpp"

namespace mote {
namespace rt {
namespace nn {

/// For shifts below 0 or the others, with 32-bit products alone: the parts of sum * multiplier in halves of
/// words, to whose middle both roundings are added, less a half where the sum is negative.
template <bool is_right>
class HalvesRescale {
  public:
    MOTE_RT_INLINE HalvesRescale(int32_t multiplier, int32_t shift)
        : low_(multiplier & 0xffff),
          high_(multiplier >> 16),
          half_(is_right ? (1 << 14) + (1 << (14 - shift)) : 1 << 15),
          shift_(is_right ? -shift - 1 : shift + 1) {}
    MOTE_RT_INLINE int32_t operator()(int32_t sum) const {
        const int32_t x = is_right ? sum : static_cast<int32_t>(static_cast<uint32_t>(sum) << shift_);
        const int32_t low = static_cast<int16_t>(x & 0xffff), high = (x - low) >> 16;
        int32_t middle = ((low * low_) >> 16) + low * high_ + high * low_ + half_;
        if (is_right) middle += (x >> 31) * (1 << 15);
        const int32_t value = high * high_ + (middle >> 16);
        return is_right ? value >> shift_ : value;
    }

  private:
    int32_t low_, high_, half_, shift_;
};

/// The same with one product of 64 bits.
template <bool is_right>
class LongRescale {
  public:
    MOTE_RT_INLINE LongRescale(int32_t multiplier, int32_t shift)
        : doubled_(static_cast<int32_t>(static_cast<uint32_t>(multiplier) << 1)),
          half_(is_right ? int32_t{1} << (-shift - 1) : 0),
          shift_(is_right ? -shift : shift) {}
    MOTE_RT_INLINE int32_t operator()(int32_t sum) const {
        const int32_t x = is_right ? sum : static_cast<int32_t>(static_cast<uint32_t>(sum) << shift_);
        // Taken as a signed word, the doubled multiplier is 2^32 too little.
        const int32_t scaled = x + static_cast<int32_t>((static_cast<int64_t>(x) * doubled_ + (int64_t{1} << 31)) >> 32);
        return is_right ? (scaled + (scaled >> 31) + half_) >> shift_ : scaled;
    }

  private:
    int32_t doubled_, half_, shift_;
};

#if defined(MOTE_RT_PAIRS_ARMV6M)
template <bool is_right>
using PairsRescale = HalvesRescale<is_right>;
#else
template <bool is_right>
using PairsRescale = LongRescale<is_right>;
#endif

}  // namespace nn
}  // namespace rt
}  // namespace mote
