#include "graph/window.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph {

WindowAxis window_axis(const NodeView& node, std::string_view axis, int in, int kernel, int stride, int dilation,
                       const std::string& padding) {
    const std::int64_t span = (std::int64_t{kernel} - 1) * dilation + 1;
    if (padding == "same") {
        const std::int64_t out = (std::int64_t{in} + stride - 1) / stride;
        const std::int64_t missing = std::max<std::int64_t>((out - 1) * stride + span - in, 0);
        return {static_cast<int>(out), static_cast<int>(missing / 2)};
    }
    if (span > in)
        node.fail(node.input_index(0),
                  "has " + std::string(axis) + " " + std::to_string(in) + ", less than the kernel's " + std::to_string(span),
                  "use padding \"same\", a smaller kernel, or a larger input");
    return {static_cast<int>((in - span) / stride + 1), 0};
}

namespace {

WindowAxis banded_axis(int in, const WindowRequest& request) {
    const int span = (request.kernel_h - 1) * request.dilation_h + 1;
    return {(request.pad_top + in + request.pad_bottom - span) / request.stride_h + 1, request.pad_top};
}

}  // namespace

Window window_of(const NodeView& node, const WindowRequest& request) {
    node.require_rank(0, 4);
    const auto& shape = node.input(0).shape;
    if (shape[0] != 1) node.fail(node.input_index(0), "has a batch of " + std::to_string(shape[0]), "a batch is 1 on a device");
    const WindowAxis h =
        request.pad_top >= 0 && request.pad_bottom >= 0
            ? banded_axis(shape[1], request)
            : window_axis(node, "height", shape[1], request.kernel_h, request.stride_h, request.dilation_h, request.padding);
    const WindowAxis w = window_axis(node, "width", shape[2], request.kernel_w, request.stride_w, request.dilation_w, request.padding);
    Window window;
    window.in_h = shape[1], window.in_w = shape[2], window.in_c = shape[3];
    window.out_h = h.out, window.out_w = w.out;
    window.kernel_h = request.kernel_h, window.kernel_w = request.kernel_w;
    window.stride_h = request.stride_h, window.stride_w = request.stride_w;
    window.dilation_h = request.dilation_h, window.dilation_w = request.dilation_w;
    window.pad_top = h.pad_before, window.pad_left = w.pad_before;
    return window;
}

Clamp clamp_of(std::string_view activation) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    if (activation == "relu") return {0.0f, infinity};
    if (activation == "relu6") return {0.0f, 6.0f};
    if (activation == "relu_n1_to_1") return {-1.0f, 1.0f};
    return {-infinity, infinity};
}

}  // namespace mote::graph
