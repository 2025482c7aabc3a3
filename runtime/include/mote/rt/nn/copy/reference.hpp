// The same values elsewhere.
#pragma once

#include "mote/rt/nn/copy_run.hpp"

namespace mote {
namespace rt {
namespace nn {

struct CopyParameters {
    int32_t count;
};

template <class T>
MOTE_RT_INLINE void copy_reference(const CopyParameters& p, const T* in, T* out) {
    copy_run(in, p.count, out);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
