// Which pixel is the nearest follows TensorFlow Lite's reference/resize_nearest_neighbor.h, in 32-bit floats.
#include "graph/by_type.hpp"
#include "graph/operator.hpp"
#include "graph/resize.hpp"
#include "mote/rt/nn/resize_nearest/reference.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::ops {

namespace {

std::vector<std::int32_t> nearest(int in, int out, const ResizeAttributes& attributes) {
    const bool align = attributes.align_corners;
    const float scale =
        align && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1) : static_cast<float>(in) / static_cast<float>(out);
    const float offset = attributes.half_pixel_centers ? 0.5f : 0.0f;
    std::vector<std::int32_t> list;
    for (int i = 0; i < out; ++i) {
        const float place = (static_cast<float>(i) + offset) * scale;
        list.push_back(std::clamp(static_cast<std::int32_t>(align ? std::round(place) : std::floor(place)), 0, in - 1));
    }
    return list;
}

auto plan_of(const NodeView& view) { return resize_plan<rt::nn::ResizeNearestParameters>(view, nearest); }

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return by_type(view.input(0).type, [&](auto value) -> std::function<void(Values&)> {
        using T = decltype(value);
        return [plan = plan_of(view), x = view.input_index(0), y = view.output_index()](Values& values) {
            rt::nn::resize_nearest_reference(plan.parameters, values.in<T>(x), plan.rows.data(), plan.columns.data(), values.out<T>(y));
        };
    });
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    return resize_call(view, "resize_nearest", "ResizeNearestParameters", plan_of(view));
}

}  // namespace

const Operator& resize_nearest() {
    static const Operator op{"resize_nearest",
                             "image of another size, each pixel one of the input: x [1, H, W, C]",
                             base::json_schema<ResizeAttributes>,
                             verify_resize,
                             infer_resize,
                             prepare,
                             no_macs,
                             lower,
                             shared_scale};
    return op;
}

}  // namespace mote::graph::ops
