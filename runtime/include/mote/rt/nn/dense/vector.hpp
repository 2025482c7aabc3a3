// Fully connected layer for cores with wide vectors (Helium, NEON, AVX2). The bytes are those of the reference kernel.
//
// layer: weights and tables as in vector_rows.hpp. scratch: in_c rounded up to a multiple of 16; without it, in_c is such a multiple.
#pragma once

#include "mote/rt/nn/dense/reference.hpp"
#include "mote/rt/nn/vector_rows.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void dense_vector(const DenseParameters& p, const int8_t* in, const int8_t* layer, int8_t* out, void* scratch = nullptr) {
    int8_t* const x = static_cast<int8_t*>(scratch);
    if (x != nullptr) copy_bytes(in, p.in_c, x);
    const int8_t* const row = x != nullptr ? x : in;
    vector_rows({(p.in_c + 15) / 16, p.out_c, p.out_zero_point, p.low, p.high}, 1, row, row, layer, out, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
