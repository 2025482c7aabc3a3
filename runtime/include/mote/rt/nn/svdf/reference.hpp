// Singular value decomposition filter (Nakkiran et al., "Compressing deep neural networks using a rank-constrained topology", 2015): a
// dense layer over features, whose results of the last `memory` inferences a second set of weights sums up over time; in the arithmetic of
// TensorFlow Lite's integer SVDF.
//
// in [in_c], out [filters / rank], state int16 [filters][memory], the newest last: a variable, changed by the kernel. Tables: weights int8
// [filters][in_c]; bias int32 [filters]: minus the input's zero point times the sum of the filter's weights; time int16 [filters][memory];
// out_bias int32 [filters / rank].
#pragma once

#include "mote/rt/nn/exponential_16.hpp"

namespace mote {
namespace rt {
namespace nn {

struct SvdfParameters {
    int32_t in_c, filters, rank, memory;
    int32_t multiplier, shift;          ///< from a filter's sum to the state's steps
    int32_t out_multiplier, out_shift;  ///< from a sum over time to the output's steps
    int32_t out_zero_point, low, high;
};

struct PlainMemory {
    /// Moves a filter's memory by one, puts the newest value behind it, and returns sum plus what the memory comes to.
    static MOTE_RT_INLINE uint32_t remember(int16_t* memory, int32_t length, int32_t newest, const int16_t* time, uint32_t sum) {
        for (int32_t m = 0; m + 1 < length; ++m) {
            memory[m] = memory[m + 1];
            sum += product(memory[m], time[m]);
        }
        memory[length - 1] = static_cast<int16_t>(newest);
        return sum + product(newest, time[length - 1]);
    }
};

/// Takes the filters' newest values one after another and writes an output for each `rank` of them.
template <class Memory = PlainMemory>
class SvdfUnits {
  public:
    MOTE_RT_INLINE SvdfUnits(const SvdfParameters& p, const int16_t* state, const int16_t* time, const int32_t* out_bias, int8_t* out)
        : p_(p), memory_(const_cast<int16_t*>(state)), time_(time), out_bias_(out_bias), out_(out), left_(p.rank) {}  // state: a variable
    MOTE_RT_INLINE void add(int32_t newest) {
        if (left_ == p_.rank) total_ = static_cast<uint32_t>(*out_bias_++);
        total_ = Memory::remember(memory_, p_.memory, newest, time_, total_);
        memory_ += p_.memory, time_ += p_.memory;
        if (--left_ > 0) return;
        left_ = p_.rank;
        const int32_t value = wrapping_add(multiply(static_cast<int32_t>(total_), p_.out_multiplier, p_.out_shift), p_.out_zero_point);
        *out_++ = static_cast<int8_t>(clamp(value, p_.low, p_.high));
    }

  private:
    const SvdfParameters& p_;
    int16_t* memory_;
    const int16_t* time_;
    const int32_t* out_bias_;
    int8_t* out_;
    int32_t left_;
    uint32_t total_ = 0;
};

MOTE_RT_INLINE void svdf_reference(const SvdfParameters& p, const int8_t* in, const int16_t* state, const int8_t* weights,
                                   const int32_t* bias, const int16_t* time, const int32_t* out_bias, int8_t* out) {
    SvdfUnits<> units(p, state, time, out_bias, out);
    for (int32_t f = 0; f < p.filters; ++f, weights += p.in_c) {
        uint32_t sum = static_cast<uint32_t>(*bias++);
        for (int32_t k = 0; k < p.in_c; ++k) sum += product(in[k], weights[k]);
        units.add(saturate_16(multiply(static_cast<int32_t>(sum), p.multiplier, p.shift)));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
