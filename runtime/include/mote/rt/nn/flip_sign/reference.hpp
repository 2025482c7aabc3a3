// Between uint8 and int8 that stand for the same reals, the zero points 128 apart: the highest bit of each byte changes. Four bytes at a
// time. The output may lie where the input lies.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct FlipSignParameters {
    int32_t count;
};

template <class In, class Out>
MOTE_RT_INLINE void flip_sign_reference(const FlipSignParameters& p, const In* in, Out* out) {
    static_assert(sizeof(In) == 1 && sizeof(Out) == 1, "values of one byte");
    const int32_t words = p.count / 4;
    for (int32_t i = 0; i < words; ++i) {
        uint32_t word;
        __builtin_memcpy(&word, in + 4 * i, sizeof word);
        word ^= 0x80808080u;
        __builtin_memcpy(out + 4 * i, &word, sizeof word);
    }
    for (int32_t i = 4 * words; i < p.count; ++i) {
        const int32_t flipped = static_cast<int32_t>(in[i]) + (static_cast<In>(-1) < 0 ? 128 : -128);
        out[i] = static_cast<Out>(flipped);
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
