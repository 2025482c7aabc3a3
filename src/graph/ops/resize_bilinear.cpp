// TensorFlow Lite's reference/resize_bilinear.h: in 32-bit floats for f32, in 1/1024 of a pixel for i8 and i16.
#include "graph/by_type.hpp"
#include "graph/operator.hpp"
#include "graph/resize.hpp"
#include "mote/rt/nn/resize_bilinear/reference.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::ops {

namespace {

// Pixel before, pixel behind, place between them in 1/1024. Rounding of the scale may lead beyond the last pixel: there it counts.
std::vector<std::int32_t> places(int in, int out, const ResizeAttributes& a) {
    constexpr std::int64_t one = 1024;
    std::int64_t scale = (one * in + out / 2) / out;
    if (a.align_corners && out > 1) scale = (one * (in - 1) + (out - 1) / 2) / (out - 1);
    std::vector<std::int32_t> list;
    for (std::int64_t i = 0; i < out; ++i) {
        const std::int64_t place = a.half_pixel_centers ? i * scale + scale / 2 - one / 2 : i * scale;
        const std::int64_t before = std::clamp<std::int64_t>(place / one, 0, in - 1);
        const std::int64_t behind = std::clamp<std::int64_t>((place + one - 1) / one, 0, in - 1);
        const std::int64_t between = before == behind ? 0 : place - one * before;
        for (const std::int64_t v : {before, behind, between}) list.push_back(static_cast<std::int32_t>(v));
    }
    return list;
}

auto plan_of(const NodeView& view) { return resize_plan<rt::nn::ResizeBilinearParameters>(view, places); }

struct RealPlace {
    std::size_t before, behind;
    float between;
};

std::vector<RealPlace> real_places(int in, int out, const ResizeAttributes& a) {
    float scale = static_cast<float>(in) / static_cast<float>(out);
    if (a.align_corners && out > 1) scale = static_cast<float>(in - 1) / static_cast<float>(out - 1);
    std::vector<RealPlace> list;
    for (int i = 0; i < out; ++i) {
        const float place = a.half_pixel_centers ? (static_cast<float>(i) + 0.5f) * scale - 0.5f : static_cast<float>(i) * scale;
        const auto pixel = [&](float v) { return static_cast<std::size_t>(std::clamp(v, 0.0f, static_cast<float>(in - 1))); };
        const std::size_t before = pixel(std::floor(place)), behind = pixel(std::ceil(place));
        list.push_back({before, behind, before == behind ? 0.0f : place - static_cast<float>(before)});
    }
    return list;
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const auto attributes = view.attributes<ResizeAttributes>();
    const auto& shape = view.input(0).shape;
    return [rows = real_places(shape[1], attributes.height, attributes), columns = real_places(shape[2], attributes.width, attributes),
            width = static_cast<std::size_t>(shape[2]), channels = static_cast<std::size_t>(shape[3]), in = view.input_index(0),
            out = view.output_index()](Values& values) {
        const float* x = values.in<float>(in);
        float* y = values.out<float>(out);
        for (const RealPlace& r : rows)
            for (const RealPlace& c : columns)
                for (std::size_t k = 0; k < channels; ++k) {
                    const auto at = [&](std::size_t row, std::size_t column) { return x[(row * width + column) * channels + k]; };
                    *y++ = at(r.before, c.before) * (1 - r.between) * (1 - c.between) +
                           at(r.behind, c.before) * r.between * (1 - c.between) + at(r.before, c.behind) * (1 - r.between) * c.between +
                           at(r.behind, c.behind) * r.between * c.between;
                }
    };
}

template <class T>
std::function<void(Values&)> prepare_stored(const NodeView& view) {
    return [plan = plan_of(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::resize_bilinear_reference(plan.parameters, values.in<T>(x), plan.rows.data(), plan.columns.data(), values.out<T>(y));
    };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    return view.input(0).type == Type::i8 ? prepare_stored<std::int8_t>(view) : prepare_stored<std::int16_t>(view);
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    return resize_call(view, "resize_bilinear", "ResizeBilinearParameters", plan_of(view));
}

std::uint64_t macs(const Graph& graph, const Node& node) { return 4 * NodeView(graph, node).output().count(); }

}  // namespace

const Operator& resize_bilinear() {
    static const Operator op{"resize_bilinear",
                             "image of another size, each pixel interpolated: x [1, H, W, C]",
                             base::json_schema<ResizeAttributes>,
                             verify_resize,
                             infer_resize,
                             prepare,
                             macs,
                             lower,
                             shared_scale};
    return op;
}

}  // namespace mote::graph::ops
