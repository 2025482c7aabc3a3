// An element-wise function of int8 values as a table of its 256 results, for -128 first. The output may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct LookupParameters {
    int32_t count;
};

MOTE_RT_INLINE void lookup_reference(const LookupParameters& p, const int8_t* in, const int8_t* table, int8_t* out) {
    for (int32_t i = 0; i < p.count; ++i) out[i] = table[in[i] + 128];
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
