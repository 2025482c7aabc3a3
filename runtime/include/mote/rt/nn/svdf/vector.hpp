// SVDF for cores with wide vectors: filters as nn/gates_vector.hpp computes its rows (weights and bias as there, of one gate), and with
// Helium the memory moved and weighted eight places at a time. scratch: the input rounded up to 16 bytes.
#pragma once

#include "mote/rt/nn/gates_vector.hpp"
#include "mote/rt/nn/svdf/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

#if MOTE_RT_MVE
struct VectorMemory {
    static MOTE_RT_INLINE uint32_t remember(int16_t* memory, int32_t length, int32_t newest, const int16_t* time, uint32_t sum) {
        int32_t left = length - 1;
        for (; left > 0; left -= 8, memory += 8, time += 8) {
            const mve_pred16_t some = vctp16q(static_cast<uint32_t>(left));
            const int16x8_t moved = vldrhq_z_s16(memory + 1, some);
            vstrhq_p_s16(memory, moved, some);
            sum = static_cast<uint32_t>(vmladavaq_s16(static_cast<int32_t>(sum), moved, vldrhq_z_s16(time, some)));
        }
        memory[left] = static_cast<int16_t>(newest);
        return sum + product(newest, time[left]);
    }
};
#else
using VectorMemory = PlainMemory;
#endif

MOTE_RT_INLINE void svdf_vector(const SvdfParameters& p, const int8_t* in, const int16_t* state, const int8_t* weights, const int32_t* bias,
                                const int16_t* time, const int32_t* out_bias, int8_t* out, void* scratch) {
    int8_t* const x = static_cast<int8_t*>(scratch);
    copy_bytes(in, p.in_c, x);
    const int32_t chunks = (p.in_c + 15) / 16;
    SvdfUnits<VectorMemory> units(p, state, time, out_bias, out);
    int32_t sums[vector_rows_at_once];
    int16_t newest[vector_rows_at_once];
    for (int32_t left = p.filters; left > 0; left -= vector_rows_at_once) {
        const int32_t count = left < vector_rows_at_once ? left : vector_rows_at_once, rows = vector_padded(count);
        vector_sums(x, chunks, weights, bias, rows, sums);
        weights += 16 * chunks * rows, bias += rows;
        store_vector_sums<false>(sums, count, p.multiplier, p.shift, newest);
        for (int32_t c = 0; c < count; ++c) units.add(newest[c]);
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
