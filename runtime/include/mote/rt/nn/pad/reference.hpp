// One value around a tensor of up to 4 dimensions, before and behind along each axis: the zero point, or another.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct PadParameters {
    int32_t in_0, in_1, in_2, in_3;
    int32_t before_0, before_1, before_2, before_3;
    int32_t after_0, after_1, after_2, after_3;
    int32_t value;
};

template <class T>
MOTE_RT_INLINE void pad_with(const PadParameters& p, T value, const T* in, T* out) {
    for (int32_t a = -p.before_0; a < p.in_0 + p.after_0; ++a)
        for (int32_t b = -p.before_1; b < p.in_1 + p.after_1; ++b)
            for (int32_t c = -p.before_2; c < p.in_2 + p.after_2; ++c)
                for (int32_t d = -p.before_3; d < p.in_3 + p.after_3; ++d) {
                    const bool inside = a >= 0 && a < p.in_0 && b >= 0 && b < p.in_1 && c >= 0 && c < p.in_2 && d >= 0 && d < p.in_3;
                    *out++ = inside ? in[((a * p.in_1 + b) * p.in_2 + c) * p.in_3 + d] : value;
                }
}

template <class T>
MOTE_RT_INLINE void pad_reference(const PadParameters& p, const T* in, T* out) {
    pad_with(p, static_cast<T>(p.value), in, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
