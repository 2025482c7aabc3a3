// From a sum to an output with 32-bit products only, for cores where 64-bit ones are slow or missing.
//
// As a function of the sum an output is a staircase with at most 255 steps. A straight line, (a * multiplier >> split_bits) + offset in
// units of 2^-24, is fitted between each step's last sum and the next one's first when code is generated: where that succeeds for every
// step, the line gives the bytes of the two roundings of kernel.hpp for every sum. The multiplier is split, high * 2^split_bits + low, so
// that both products fit 32 bits. Sums begin at 0 (what does not is in the bias) and are held to `span`, beyond which the output does not
// change. Halves of negative numbers are rounded away from zero, so that the line is `step` lower below the sum that stands for zero;
// activations whose least value is the zero point do without.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

/// factors: one such entry a channel, or one for all; without the last two where split_has_ties() is false.
struct SplitFactors {
    uint32_t high, low, offset, span;
    uint32_t zero, step;
};

template <class Parameters>
MOTE_RT_INLINE constexpr bool split_has_ties(const Parameters& p) {
    return p.low < p.out_zero_point;
}
MOTE_RT_INLINE constexpr int32_t split_words(bool ties) { return ties ? 6 : 4; }

MOTE_RT_INLINE SplitFactors split_factors(const int32_t* factors, bool ties) {
    const auto at = [factors](int i) { return static_cast<uint32_t>(factors[i]); };
    return {at(0), at(1), at(2), at(3), ties ? at(4) : 0u, ties ? at(5) : 0u};
}

/// `a` is the sum with its bias.
MOTE_RT_INLINE int8_t split_rescaled(uint32_t a, const SplitFactors& f, int32_t split_bits, bool ties) {
    // Half of what a ReLU gets is below 0: no product then.
    if (static_cast<int32_t>(a) < 0) return static_cast<int8_t>((f.offset - (ties && f.zero > 0 ? f.step : 0u)) >> 24);
    if (a > f.span) a = f.span;
    uint32_t line = a * f.high + (a * f.low >> split_bits) + f.offset;
    if (ties && a < f.zero) line -= f.step;
    return static_cast<int8_t>(line >> 24);
}

/// The same for the channels from `channel` on, one after another.
class SplitRescale {
  public:
    struct Tables {
        const int32_t *bias, *factors;
    };

    template <class Parameters>
    MOTE_RT_INLINE SplitRescale(const Parameters& p, Tables tables, int32_t channel)
        : ties_(split_has_ties(p)),
          step_(p.per_channel ? split_words(ties_) : 0),
          split_bits_(p.split_bits),
          bias_(tables.bias + channel),
          factors_(tables.factors + step_ * channel),
          now_(split_factors(factors_, ties_)) {}
    MOTE_RT_INLINE void next_channel() {
        ++bias_;
        factors_ += step_;
        now_ = split_factors(factors_, ties_);
    }
    /// To be added to sums.
    MOTE_RT_INLINE uint32_t bias() const { return static_cast<uint32_t>(*bias_); }
    MOTE_RT_INLINE int8_t operator()(uint32_t sum) const { return split_rescaled(sum, now_, split_bits_, ties_); }

  private:
    bool ties_;
    int32_t step_, split_bits_;
    const int32_t *bias_, *factors_;
    SplitFactors now_;
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
