// Sum of two tensors for cores with Helium, four values at a time; the bytes are those of the reference kernel. Shifts lie in [-22, 0], the
// output's in [-22, -1]. The output may lie where either input lies.
#pragma once

#include "mote/rt/nn/add/reference.hpp"
#include "mote/rt/nn/mve_lanes.hpp"

namespace mote {
namespace rt {
namespace nn {

/// multiply((x - zero_point) * 2^20, multiplier, shift) of each lane, for bytes.
MOTE_RT_INLINE Lanes add_operand_lanes(Lanes x, int32_t zero_point, int32_t multiplier, int32_t shift) {
    // The operand with the coarser scale is halved, which is exact.
    if (multiplier == (int32_t{1} << 30) && shift == 0) return added(shifted_left(x, 19), -zero_point * (int32_t{1} << 19));
    x = added(shifted_left(x, 20), -zero_point * (int32_t{1} << 20));
    return shift == 0 ? high_multiplied(x, multiplier) : rescaled(x, multiplier, shift, true);
}

MOTE_RT_INLINE Lanes add_four(const AddParameters& p, Lanes left, Lanes right) {
    const Lanes a = add_operand_lanes(left, p.left_zero_point, p.left_multiplier, p.left_shift);
    const Lanes b = add_operand_lanes(right, p.right_zero_point, p.right_multiplier, p.right_shift);
    const Lanes sum = rescaled(added(a, b), p.out_multiplier, p.out_shift, p.low < p.out_zero_point);
    return clamped(added(sum, p.out_zero_point), p.low, p.high);
}

MOTE_RT_INLINE void add_helium(const AddParameters& p, const int8_t* left, const int8_t* right, int8_t* out) {
    for (int32_t i = p.count / 4; i > 0; --i, left += 4, right += 4, out += 4)
        store_lanes(add_four(p, load_lanes(left), load_lanes(right)), out);
    const int32_t rest = p.count % 4;
    if (rest > 0) store_lanes(add_four(p, load_lanes(left, rest), load_lanes(right, rest)), rest, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
