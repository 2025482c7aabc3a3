// Values of a tensor in another order, or some of them: transposes, slices, repeats.
#pragma once

#include "mote/rt/nn/copy_run.hpp"
#include "mote/rt/nn/walk.hpp"

namespace mote {
namespace rt {
namespace nn {

struct StridedCopyParameters {
    int32_t first;  ///< place of the first value
    int32_t size_0, size_1, size_2, size_3, size_4, size_5;
    int32_t step_0, step_1, step_2, step_3, step_4, step_5;  ///< in values; below 0 to go backwards
};

template <class T>
MOTE_RT_INLINE void strided_copy_reference(const StridedCopyParameters& p, const T* in, T* out) {
    if (p.step_5 != 1) return walk_one(p, [&](int32_t place) { *out++ = in[place]; });
    StridedCopyParameters runs = p;
    runs.size_5 = 1;
    walk_one(runs, [&](int32_t place) {
        copy_run(in + place, p.size_5, out);
        out += p.size_5;
    });
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
