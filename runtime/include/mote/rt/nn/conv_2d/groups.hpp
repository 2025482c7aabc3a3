// 2-D convolution in groups, by way of a kernel for one group: the channels of a group are put beside each other, convolved, and their
// outputs put where they belong. scratch: conv_2d_groups_bytes(), then that of the kernel.
#pragma once

#include "mote/rt/nn/conv_2d/reference.hpp"

namespace mote {
namespace rt {
namespace nn {

/// One group by itself.
MOTE_RT_INLINE constexpr Conv2dParameters conv_2d_group(const Conv2dParameters& p) {
    Conv2dParameters q = p;
    q.in_c = p.in_c / p.groups, q.out_c = p.out_c / p.groups, q.groups = 1;
    return q;
}
/// Of the channels of a group, and of its outputs.
MOTE_RT_INLINE constexpr int32_t conv_2d_group_in_bytes(const Conv2dParameters& p) {
    return (p.in_h * p.in_w * (p.in_c / p.groups) + 7) / 8 * 8;
}
MOTE_RT_INLINE constexpr int32_t conv_2d_groups_bytes(const Conv2dParameters& p) {
    return conv_2d_group_in_bytes(p) + (p.out_h * p.out_w * (p.out_c / p.groups) + 7) / 8 * 8;
}

/// `count` bytes of each of `pixels`, which lie `from_step` and `to_step` bytes apart.
inline __attribute__((noinline)) void copy_channels(const int8_t* from, int32_t from_step, int8_t* to, int32_t to_step, int32_t count,
                                                    int32_t pixels) {
    for (; pixels > 0; --pixels, from += from_step, to += to_step) {
        int32_t c = 0;
        for (; c + 4 <= count; c += 4) __builtin_memcpy(to + c, from + c, 4);
        if (count & 2) __builtin_memcpy(to + c, from + c, 2), c += 2;
        if (count & 1) to[c] = from[c];
    }
}

/// run(group's parameters, group, its inputs, its outputs, scratch)
template <class Run>
MOTE_RT_INLINE void conv_2d_by_groups(const Conv2dParameters& p, const int8_t* in, int8_t* out, void* scratch, const Run& run) {
    const Conv2dParameters q = conv_2d_group(p);
    int8_t* const x = static_cast<int8_t*>(scratch);
    int8_t* const y = x + conv_2d_group_in_bytes(p);
    for (int32_t g = 0; g < p.groups; ++g) {
        copy_channels(in + g * q.in_c, p.in_c, x, q.in_c, q.in_c, p.in_h * p.in_w);
        run(q, g, x, y, x + conv_2d_groups_bytes(p));
        copy_channels(y, q.out_c, out + g * q.out_c, p.out_c, q.out_c, p.out_h * p.out_w);
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
