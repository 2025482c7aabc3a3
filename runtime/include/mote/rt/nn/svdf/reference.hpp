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

MOTE_RT_INLINE void svdf_reference(const SvdfParameters& p, const int8_t* in, const int16_t* state, const int8_t* weights,
                                   const int32_t* bias, const int16_t* time, const int32_t* out_bias, int8_t* out) {
    int16_t* memory = const_cast<int16_t*>(state);  // a variable in the arena
    for (int32_t unit = 0; unit < p.filters / p.rank; ++unit) {
        uint32_t total = static_cast<uint32_t>(*out_bias++);
        for (int32_t r = 0; r < p.rank; ++r, weights += p.in_c, memory += p.memory) {
            uint32_t sum = static_cast<uint32_t>(*bias++);
            for (int32_t k = 0; k < p.in_c; ++k) sum += product(in[k], weights[k]);
            for (int32_t m = 0; m + 1 < p.memory; ++m) {
                memory[m] = memory[m + 1];
                total += product(memory[m], *time++);
            }
            memory[p.memory - 1] = static_cast<int16_t>(saturate_16(multiply(static_cast<int32_t>(sum), p.multiplier, p.shift)));
            total += product(memory[p.memory - 1], *time++);
        }
        const int32_t value = wrapping_add(multiply(static_cast<int32_t>(total), p.out_multiplier, p.out_shift), p.out_zero_point);
        *out++ = static_cast<int8_t>(clamp(value, p.low, p.high));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
