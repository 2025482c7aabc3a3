// What reductions share: for each place of the output, all places of the input that it comes from. Dimensions that are kept and reduced
// take turns at most three times in a tensor of 6.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct ReduceParameters {
    int32_t kept_0, kept_1, kept_2;
    int32_t kept_step_0, kept_step_1, kept_step_2;
    int32_t reduced_0, reduced_1, reduced_2;
    int32_t reduced_step_0, reduced_step_1, reduced_step_2;
    int32_t in_zero_point, out_zero_point;
    int32_t multiplier, shift;
};

/// next(accumulator, value) over the reduced places, starting from `start`; then finish(accumulator) is written.
template <class In, class Out, class Sum, class Next, class Finish>
MOTE_RT_INLINE void reduce(const ReduceParameters& p, const In* in, Out* out, Sum start, Next next, Finish finish) {
    for (int32_t a = 0; a < p.kept_0; ++a)
        for (int32_t b = 0; b < p.kept_1; ++b)
            for (int32_t c = 0; c < p.kept_2; ++c) {
                const In* from = in + a * p.kept_step_0 + b * p.kept_step_1 + c * p.kept_step_2;
                Sum sum = start;
                for (int32_t d = 0; d < p.reduced_0; ++d)
                    for (int32_t e = 0; e < p.reduced_1; ++e)
                        for (int32_t f = 0; f < p.reduced_2; ++f)
                            sum = next(sum, from[d * p.reduced_step_0 + e * p.reduced_step_1 + f * p.reduced_step_2]);
                *out++ = finish(sum);
            }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
