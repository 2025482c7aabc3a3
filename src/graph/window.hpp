// What convolutions and poolings share: attributes of a sliding window and the geometry that follows (TensorFlow Lite's rules).
#pragma once

#include "base/fields.hpp"
#include "graph/node_view.hpp"

namespace mote::graph {

inline constexpr std::string_view activation_choices = "none|relu|relu6|relu_n1_to_1";
inline constexpr std::string_view padding_choices = "same|valid";

/// One axis of a sliding window. "same": out = ceil(in / stride), what is missing is padded, the odd one behind. "valid": no padding.
struct WindowAxis {
    int out = 0;
    int pad_before = 0;
};

/// Geometry along one axis ("height", "width"). Throws through `node` when the kernel does not fit.
WindowAxis window_axis(const NodeView& node, std::string_view axis, int in, int kernel, int stride, int dilation,
                       const std::string& padding);

/// A window over [1, H, W, C] with all sizes known.
struct Window {
    int in_h = 0, in_w = 0, in_c = 0;
    int out_h = 0, out_w = 0;
    int kernel_h = 0, kernel_w = 0;
    int stride_h = 1, stride_w = 1;
    int dilation_h = 1, dilation_w = 1;
    int pad_top = 0, pad_left = 0;
};

/// The parameters that follow from a window, of a kernel that has one; the others are 0.
template <class Parameters>
Parameters window_parameters(const Window& w) {
    Parameters p{};
    p.in_h = w.in_h, p.in_w = w.in_w, p.in_c = w.in_c, p.out_h = w.out_h, p.out_w = w.out_w;
    p.kernel_h = w.kernel_h, p.kernel_w = w.kernel_w, p.stride_h = w.stride_h, p.stride_w = w.stride_w;
    if constexpr (requires { p.dilation_h; }) p.dilation_h = w.dilation_h, p.dilation_w = w.dilation_w;
    p.pad_top = w.pad_top, p.pad_left = w.pad_left;
    return p;
}

struct WindowRequest {
    int kernel_h = 0, kernel_w = 0;
    int stride_h = 1, stride_w = 1;
    int dilation_h = 1, dilation_w = 1;
    std::string padding;
    int pad_top = -1, pad_bottom = -1;  ///< rows of padding instead of those that `padding` gives; -1: those
};

/// Input 0 must be [1, H, W, C].
Window window_of(const NodeView& node, const WindowRequest& request);

/// What every sliding window has beside its size.
struct SlidingAttributes {
    int stride_h = 1, stride_w = 1;
    std::string padding = "valid";
    std::string activation = "none";
    int pad_top = -1, pad_bottom = -1;  ///< of a band of rows, which the code generator makes of a layer; no model has them
};

template <class A>
constexpr auto stride_fields() {
    return std::make_tuple(base::field("stride_h", &A::stride_h, "step down").range(1, 65535),
                           base::field("stride_w", &A::stride_w, "step to the right").range(1, 65535));
}
template <class A>
constexpr auto padding_fields() {
    return std::make_tuple(
        base::field("padding", &A::padding, "same: output of size in / stride, rounded up; valid: no padding").choices(padding_choices),
        base::field("activation", &A::activation, "applied to the output").choices(activation_choices),
        base::field("band_pad_top", &A::pad_top, "rows of padding above a band of rows").range(-1, 65535),
        base::field("band_pad_bottom", &A::pad_bottom, "the same below it").range(-1, 65535));
}

/// What the attributes of conv_2d and depthwise_conv_2d share.
struct DilatedAttributes : SlidingAttributes {
    int dilation_h = 1, dilation_w = 1;

    static constexpr auto fields() {
        using A = DilatedAttributes;
        return std::tuple_cat(
            stride_fields<A>(),
            std::make_tuple(base::field("dilation_h", &A::dilation_h, "distance of the kernel's rows").range(1, 65535),
                            base::field("dilation_w", &A::dilation_w, "distance of the kernel's columns").range(1, 65535)),
            padding_fields<A>());
    }
    WindowRequest window(int kernel_h, int kernel_w) const {
        return {kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, padding, pad_top, pad_bottom};
    }
};

/// Attributes of conv_2d.
struct ConvolutionAttributes : DilatedAttributes {
    int groups = 1;

    static constexpr auto fields() {
        return std::tuple_cat(
            DilatedAttributes::fields(),
            std::make_tuple(base::field("groups", &ConvolutionAttributes::groups, "groups of channels that do not mix").range(1, 65535)));
    }
};

/// Attributes of depthwise_conv_2d.
struct DepthwiseAttributes : DilatedAttributes {
    int multiplier = 1;

    static constexpr auto fields() {
        return std::tuple_cat(
            DilatedAttributes::fields(),
            std::make_tuple(base::field("multiplier", &DepthwiseAttributes::multiplier, "outputs of each input channel").range(1, 65535)));
    }
};

/// Attributes of average_pool_2d and max_pool_2d.
struct PoolAttributes : SlidingAttributes {
    int kernel_h = 1, kernel_w = 1;

    static constexpr auto fields() {
        using A = PoolAttributes;
        return std::tuple_cat(std::make_tuple(base::field("kernel_h", &A::kernel_h, "height of the window").range(1, 65535),
                                              base::field("kernel_w", &A::kernel_w, "width of the window").range(1, 65535)),
                              stride_fields<A>(), padding_fields<A>());
    }
    WindowRequest window() const { return {kernel_h, kernel_w, stride_h, stride_w, 1, 1, padding, pad_top, pad_bottom}; }
};

/// Real range that an activation clamps to.
struct Clamp {
    float low;
    float high;
};
Clamp clamp_of(std::string_view activation);

/// Whether the one output pixel reads every place of the input once, in order, and none outside.
template <class Parameters>
bool window_is_input(const Parameters& p) {
    return p.out_h == 1 && p.out_w == 1 && p.pad_top == 0 && p.pad_left == 0 && p.kernel_h == p.in_h && p.kernel_w == p.in_w &&
           (p.dilation_h == 1 || p.kernel_h == 1) && (p.dilation_w == 1 || p.kernel_w == 1);
}

}  // namespace mote::graph
