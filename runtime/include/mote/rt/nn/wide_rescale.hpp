// From a sum to an output with one 64-bit product, for cores that have such products and no shorter way (Armv7-M).
//
// The upper half of sum * 2 * multiplier + 2^31 is the doubling high multiply of kernel.hpp. The doubled multiplier does not fit a signed
// word: taken as one, it is 2^32 too little, so that the sum itself is missing from the upper half. The bias, and the zero point where
// halves below zero need no care, are in the number that the product is added to. Holds for multipliers in [2^30, 2^31), shifts in
// [-22, -1] and |sum| < 2^30.
#pragma once

#include "mote/rt/nn/pairs.hpp"

namespace mote {
namespace rt {
namespace nn {

class WideRescale {
  public:
    /// For each channel five words: doubled multiplier, lower and upper half of what products are added to, -shift, half and zero point as
    /// the kernel adds them after caring for halves below zero (0 where they are added already).
    struct Tables {
        const int32_t* factors;
    };
    static constexpr int32_t words = 5;

    /// For the channels from `channel` on.
    template <class Parameters>
    MOTE_RT_INLINE WideRescale(const Parameters& p, Tables tables, int32_t channel)
        : next_(tables.factors + words * channel), ties_(p.low < p.out_zero_point), low_(p.low), high_(p.high) {
        load();
    }
    MOTE_RT_INLINE void next_channel() {
        next_ += words;
        load();
    }
    /// To be added to sums.
    MOTE_RT_INLINE uint32_t bias() const { return 0; }

    MOTE_RT_INLINE int8_t operator()(uint32_t sum) const {
        const int8_t value = saturated(sum);
        return static_cast<int8_t>(low_ > -128 || high_ < 127 ? clamp(value, low_, high_) : value);
    }
    /// Held to the range of the byte alone.
    MOTE_RT_INLINE int8_t saturated(uint32_t sum) const {
        uint32_t lower = lower_, upper = upper_ + sum;
#if defined(MOTE_RT_PAIRS_ARMV7M)
        __asm__("smlal %0, %1, %2, %3" : "+r"(lower), "+r"(upper) : "r"(sum), "r"(doubled_));
#else
        const int64_t product = int64_t{static_cast<int32_t>(sum)} * static_cast<int32_t>(doubled_);
        upper = static_cast<uint32_t>(((uint64_t{upper} << 32 | lower) + static_cast<uint64_t>(product)) >> 32);
#endif
        int32_t value = static_cast<int32_t>(upper);
        if (ties_) value = wrapping_add(value, value >> 31) + half_and_zero_;
        value >>= right_;
#if defined(MOTE_RT_PAIRS_ARMV7M)
        __asm__("ssat %0, #8, %1" : "=r"(value) : "r"(value));
#else
        value = clamp(value, -128, 127);
#endif
        return static_cast<int8_t>(value);
    }

  private:
    MOTE_RT_INLINE void load() {
        doubled_ = static_cast<uint32_t>(next_[0]), lower_ = static_cast<uint32_t>(next_[1]), upper_ = static_cast<uint32_t>(next_[2]);
        right_ = next_[3], half_and_zero_ = ties_ ? next_[4] : 0;
    }

    const int32_t* next_;
    uint32_t doubled_ = 0, lower_ = 0, upper_ = 0;
    int32_t right_ = 0, half_and_zero_ = 0;
    bool ties_;
    int32_t low_, high_;
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
