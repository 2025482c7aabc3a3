// SVDF for cores with the DSP extension: filters four at a time as nn/gates_arm_dsp.hpp computes its rows (weights and bias as there, of
// one gate), and the memory of an even number of inferences moved and weighted in pairs. scratch: the widened input.
#pragma once

#include "mote/rt/nn/gates_arm_dsp.hpp"
#include "mote/rt/nn/svdf/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

struct PairedMemory {
    static MOTE_RT_INLINE uint32_t remember(int16_t* memory, int32_t length, int32_t newest, const int16_t* time, uint32_t sum) {
        if (length % 2 != 0) return PlainMemory::remember(memory, length, newest, time, sum);
        uint32_t now = load_word(memory);
        for (int32_t m = 0; m < length; m += 2) {
            const uint32_t next = m + 2 < length ? load_word(memory + m + 2) : static_cast<uint32_t>(newest);
            const uint32_t moved = (now >> 16) | (next << 16);
            store_word(memory + m, moved);
            sum = static_cast<uint32_t>(dot_pair(moved, load_word(time + m), static_cast<int32_t>(sum)));
            now = next;
        }
        return sum;
    }
};

template <bool is_right>
MOTE_RT_INLINE void svdf_rows(const SvdfParameters& p, const int32_t* sums, int32_t count, SvdfUnits<PairedMemory>& units) {
    const GateRescale<is_right> rescale(p.multiplier, p.shift);
    for (int32_t c = 0; c < count; ++c) units.add(hold_to_half(rescale(sums[c])));
}

MOTE_RT_INLINE void svdf_arm_dsp(const SvdfParameters& p, const int8_t* in, const int16_t* state, const int8_t* weights,
                                 const int32_t* bias, const int16_t* time, const int32_t* out_bias, int8_t* out, void* scratch) {
    const DenseRowSums rows(in, p.in_c, static_cast<uint32_t*>(scratch));
    SvdfUnits<PairedMemory> units(p, state, time, out_bias, out);
    int32_t sums[dense_rows_at_once];
    for (int32_t left = p.filters; left > 0; left -= dense_rows_at_once) {
        const int32_t count = left < dense_rows_at_once ? left : dense_rows_at_once, padded = gates_padded(count);
        rows(weights, bias, padded, sums);
        weights += padded / 4 * rows.step(), bias += padded;
        if (p.shift < 0)
            svdf_rows<true>(p, sums, count, units);
        else
            svdf_rows<false>(p, sums, count, units);
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
