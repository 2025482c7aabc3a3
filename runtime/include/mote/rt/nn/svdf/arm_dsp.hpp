// SVDF for cores with the DSP extension: filters four at a time as nn/gates_arm_dsp.hpp computes rows (weights and bias as there, of one
// gate), and the memory of an even number of inferences moved and weighted in pairs. scratch: the widened input.
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

MOTE_RT_INLINE void svdf_arm_dsp(const SvdfParameters& p, const int8_t* in, const int16_t* state, const int8_t* weights,
                                 const int32_t* bias, const int16_t* time, const int32_t* out_bias, int8_t* out, void* scratch) {
    uint32_t* const x = static_cast<uint32_t*>(scratch);
    const uint32_t offset = 128u * static_cast<uint32_t>(dense_expand(in, p.in_c, x));
    const DenseWidened inputs = {x, x + gates_padded(p.in_c) / 2};
    const GateRescale rescale(p.multiplier, p.shift);
    SvdfUnits<PairedMemory> units(p, state, time, out_bias, out);
    int32_t four[4];
    for (int32_t left = p.filters; left > 0; left -= 4, weights += 4 * gates_padded(p.in_c), bias += 4) {
        dense_four(inputs, weights, bias, offset, four);
        for (int32_t c = 0; c < 4 && c < left; ++c) units.add(saturate_half(rescale(four[c])));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
