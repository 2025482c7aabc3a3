// Loops over up to 6 dimensions whose inputs are read with a step for each: broadcasting, transposes, slices. Output places come in
// row-major order. Sizes are compile-time constants on the device, so loops of size 1 leave no trace there.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

/// visit(left place, right place) for each output place. P has size_0 ... size_5, and left_N and right_N, the steps along dimension N.
template <class P, class Visit>
MOTE_RT_INLINE void walk_pairs(const P& p, Visit visit) {
    for (int32_t a = 0; a < p.size_0; ++a)
        for (int32_t b = 0; b < p.size_1; ++b)
            for (int32_t c = 0; c < p.size_2; ++c)
                for (int32_t d = 0; d < p.size_3; ++d)
                    for (int32_t e = 0; e < p.size_4; ++e) {
                        int32_t left = a * p.left_0 + b * p.left_1 + c * p.left_2 + d * p.left_3 + e * p.left_4;
                        int32_t right = a * p.right_0 + b * p.right_1 + c * p.right_2 + d * p.right_3 + e * p.right_4;
                        for (int32_t f = 0; f < p.size_5; ++f, left += p.left_5, right += p.right_5) visit(left, right);
                    }
}

/// visit(input place) for each output place. P has size_0 ... size_5, step_0 ... step_5 and the place `first`.
template <class P, class Visit>
MOTE_RT_INLINE void walk_one(const P& p, Visit visit) {
    for (int32_t a = 0; a < p.size_0; ++a)
        for (int32_t b = 0; b < p.size_1; ++b)
            for (int32_t c = 0; c < p.size_2; ++c)
                for (int32_t d = 0; d < p.size_3; ++d)
                    for (int32_t e = 0; e < p.size_4; ++e) {
                        int32_t place = p.first + a * p.step_0 + b * p.step_1 + c * p.step_2 + d * p.step_3 + e * p.step_4;
                        for (int32_t f = 0; f < p.size_5; ++f, place += p.step_5) visit(place);
                    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
