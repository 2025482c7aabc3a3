// An image of another size: each pixel is interpolated between four of the input (ResizeBilinearInteger of TensorFlow Lite's
// reference/resize_bilinear.h). rows and columns hold three numbers a place: the pixel before, the pixel behind, and where between them the
// place lies, in 1/1024.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

struct ResizeBilinearParameters {
    int32_t in_w, channels, out_h, out_w;
};

/// Four weights whose sum is 2^20 times a value: 28 bits for int8, 36 for int16.
template <class T>
struct BilinearSum {
    using type = int32_t;
};
template <>
struct BilinearSum<int16_t> {
    using type = int64_t;
};

template <class T>
MOTE_RT_INLINE void resize_bilinear_reference(const ResizeBilinearParameters& p, const T* in, const int32_t* rows, const int32_t* columns,
                                              T* out) {
    using Sum = typename BilinearSum<T>::type;
    constexpr int32_t one = 1024;
    for (int32_t y = 0; y < p.out_h; ++y, rows += 3) {
        const T* upper = in + rows[0] * p.in_w * p.channels;
        const T* lower = in + rows[1] * p.in_w * p.channels;
        for (int32_t x = 0; x < p.out_w; ++x) {
            const int32_t left = columns[3 * x] * p.channels, right = columns[3 * x + 1] * p.channels;
            const Sum u = columns[3 * x + 2], v = rows[2];
            for (int32_t c = 0; c < p.channels; ++c) {
                const Sum sum = upper[left + c] * (one - v) * (one - u) + lower[left + c] * v * (one - u) +
                                upper[right + c] * (one - v) * u + lower[right + c] * v * u;
                *out++ = static_cast<T>((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
            }
        }
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
