// Sum of two tensors for cores where a 64-bit product is slow or missing: what each value of an input contributes to the output is looked
// up. The bytes are those of the reference kernel, which all 65536 pairs of values are held against where the call is generated.
//
// left_table, right_table: 256 contributions each, of -128 first, with -out_shift binary places; the zero point of the output and the half
// that rounding needs are in the left one. The output may lie where either input lies.
#pragma once

#include "mote/rt/nn/add/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void add_tables(const AddParameters& p, const int8_t* left, const int8_t* right, const int32_t* left_table,
                               const int32_t* right_table, int8_t* out) {
    const int8_t* const end = out + p.count;
    left_table += 128;
    right_table += 128;
    for (; out != end; ++left, ++right, ++out) {
        const int32_t sum = left_table[*left] + right_table[*right];
        *out = static_cast<int8_t>(clamp(sum >> -p.out_shift, p.low, p.high));
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
