// Weights packed for cores that multiply sixteen bytes at once, and which of these a build is for.
#pragma once

#include "mote/rt/nn/mve.hpp"

#if defined(__aarch64__) && defined(__ARM_NEON)
#define MOTE_RT_NEON 1
#include <arm_neon.h>
#else
#define MOTE_RT_NEON 0
#endif
#if defined(__AVX2__)
#define MOTE_RT_AVX2 1
#include <immintrin.h>
#else
#define MOTE_RT_AVX2 0
#endif

namespace mote {
namespace rt {
namespace nn {

/// A layer whose outputs are products of rows of bytes with weights.
struct VectorLayer {
    int32_t chunks;  ///< 16 places of a row each
    int32_t out_c;
    int32_t out_zero_point, low, high;
};

/// Of four output channels.
MOTE_RT_INLINE constexpr int32_t vector_group_bytes(int32_t chunks) { return 64 * chunks + 36; }

}  // namespace nn
}  // namespace rt
}  // namespace mote
