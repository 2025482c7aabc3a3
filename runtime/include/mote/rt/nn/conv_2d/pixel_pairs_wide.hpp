// conv_2d/pixel_pairs.hpp for cores with 64-bit products: factors as in nn/wide_rescale.hpp take the place of bias and factors.
#pragma once

#include "mote/rt/nn/conv_2d/pixel_pairs.hpp"
#include "mote/rt/nn/wide_quads.hpp"

namespace mote {
namespace rt {
namespace nn {

MOTE_RT_INLINE void conv_2d_pixel_pairs_wide(const Conv2dParameters& p, const int8_t* in, const int8_t* weights, const int16_t* excess,
                                             const int32_t* factors, int8_t* out, void* scratch) {
    const auto outputs = p.low < p.out_zero_point ? wide_quads_with_ties : wide_quads_without_ties;
    conv_2d_pixel_pairs_with(
        p, in, weights, excess,
        scratch, [&](const uint32_t(*sums)[4], int32_t begin, int32_t end, int32_t first, int32_t count) __attribute__((always_inline)) {
            int8_t* const to = out + first * p.out_c + begin;
            WideQuads quads = {sums, factors + WideRescale::words * begin, to, to + (end - begin), {0, 0, 0}};
            wide_offsets(count, p.out_c, quads.offsets);
            outputs(quads);
        });
    if (p.low > -128 || p.high < 127) clamp_all(out, p.out_h * p.out_w * p.out_c, p.low, p.high);
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
