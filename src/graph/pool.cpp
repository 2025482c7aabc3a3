#include "graph/pool.hpp"

#include "graph/overlap.hpp"
#include "graph/quantised.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

void slide(const Window& s, const Clamp& clamp, const FloatPool& pool, const float* x, float* y) {
    const auto channels = static_cast<std::size_t>(s.in_c);
    for (int oy = 0; oy < s.out_h; ++oy)
        for (int ox = 0; ox < s.out_w; ++ox, y += channels) {
            const int top = oy * s.stride_h - s.pad_top, left = ox * s.stride_w - s.pad_left;
            const int y0 = std::max(top, 0), y1 = std::min(top + s.kernel_h, s.in_h);
            const int x0 = std::max(left, 0), x1 = std::min(left + s.kernel_w, s.in_w);
            std::fill_n(y, channels, pool.start);
            for (int iy = y0; iy < y1; ++iy)
                for (int ix = x0; ix < x1; ++ix)
                    pool.combine(
                        y, x + (static_cast<std::size_t>(iy) * static_cast<std::size_t>(s.in_w) + static_cast<std::size_t>(ix)) * channels,
                        channels);
            const float places = pool.is_mean ? static_cast<float>((y1 - y0) * (x1 - x0)) : 1.0f;
            for (std::size_t c = 0; c < channels; ++c) y[c] = std::min(std::max(y[c] / places, clamp.low), clamp.high);
        }
}

}  // namespace

std::vector<std::vector<int>> infer_pool(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const Window window = window_of(view, view.attributes<PoolAttributes>().window());
    return {{1, window.out_h, window.out_w, window.in_c}};
}

void verify_pool(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    if (view.require_activation_type(0, 1) != Type::f32) view.require_same_quantisation(0);
    view.require_outputs(infer_pool(graph, node));
}

rt::nn::Pool2dParameters pool_parameters(const NodeView& view) {
    const auto attributes = view.attributes<PoolAttributes>();
    auto p = window_parameters<rt::nn::Pool2dParameters>(window_of(view, attributes.window()));
    const StoredRange range = stored_range(attributes.activation, view.output());
    p.low = range.low, p.high = range.high;
    return p;
}

KernelPlan lower_pool(const NodeView& view, const std::string& family) {
    const auto p = pool_parameters(view);
    KernelCall call = reference_call(
        family, "Pool2dParameters", p,
        {"in_h", "in_w", "in_c", "out_h", "out_w", "kernel_h", "kernel_w", "stride_h", "stride_w", "pad_top", "pad_left", "low", "high"},
        {view.input_index(0)});
    const auto channels = static_cast<std::size_t>(p.in_c);
    const std::size_t pixel = channels * size_of(view.output().type);
    return {false,
            {std::move(call)},
            {},
            {{0, overlap_distance(window_of_parameters(p), pixel, pixel, {1, false}), size_of(view.output().type)}}};
}

std::function<void(Values&)> prepare_pool(const NodeView& view,
                                          void (*kernel)(const rt::nn::Pool2dParameters&, const std::int8_t*, std::int8_t*),
                                          void (*wide)(const rt::nn::Pool2dParameters&, const std::int16_t*, std::int16_t*),
                                          const FloatPool& pool) {
    const int x = view.input_index(0), y = view.output_index();
    if (view.input(0).type == Type::i16)
        return
            [wide, p = pool_parameters(view), x, y](Values& values) { wide(p, values.in<std::int16_t>(x), values.out<std::int16_t>(y)); };
    if (view.input(0).type == Type::i8)
        return
            [kernel, p = pool_parameters(view), x, y](Values& values) { kernel(p, values.in<std::int8_t>(x), values.out<std::int8_t>(y)); };
    const auto attributes = view.attributes<PoolAttributes>();
    return [pool, window = window_of(view, attributes.window()), clamp = clamp_of(attributes.activation), x, y](Values& values) {
        slide(window, clamp, pool, values.in<float>(x), values.out<float>(y));
    };
}

Operator pool_operator(std::string_view name, std::string_view help, std::function<void(Values&)> (*prepare)(const Graph&, const Node&),
                       KernelPlan (*lower)(const Graph&, const Node&, Isa)) {
    return {name, help, base::json_schema<PoolAttributes>, verify_pool, infer_pool, prepare, no_macs, lower, shared_scale};
}

}  // namespace mote::graph
