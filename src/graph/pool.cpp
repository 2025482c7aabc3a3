#include "graph/pool.hpp"
#include "graph/overlap.hpp"

#include "graph/quantised.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph {

namespace {

// combine(y, x) over the places of the window that lie inside the input; finish(y, places).
template <class Combine, class Finish>
void slide(const Window& s, float start, const float* x, float* y, Combine combine, Finish finish) {
    const auto channels = static_cast<std::size_t>(s.in_c);
    for (int oy = 0; oy < s.out_h; ++oy)
        for (int ox = 0; ox < s.out_w; ++ox, y += channels) {
            const int top = oy * s.stride_h - s.pad_top, left = ox * s.stride_w - s.pad_left;
            const int y0 = std::max(top, 0), y1 = std::min(top + s.kernel_h, s.in_h);
            const int x0 = std::max(left, 0), x1 = std::min(left + s.kernel_w, s.in_w);
            std::fill_n(y, channels, start);
            for (int iy = y0; iy < y1; ++iy)
                for (int ix = x0; ix < x1; ++ix) {
                    const float* from =
                        x + (static_cast<std::size_t>(iy) * static_cast<std::size_t>(s.in_w) + static_cast<std::size_t>(ix)) * channels;
                    for (std::size_t c = 0; c < channels; ++c) y[c] = combine(y[c], from[c]);
                }
            for (std::size_t c = 0; c < channels; ++c) y[c] = finish(y[c], (y1 - y0) * (x1 - x0));
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
    if (view.require_activations(0, 1)) view.require_same_quantisation(0);
    view.require_outputs(infer_pool(graph, node));
}

std::uint64_t pool_macs(const Graph&, const Node&) { return 0; }

rt::nn::Pool2dParameters pool_parameters(const NodeView& view) {
    const auto attributes = view.attributes<PoolAttributes>();
    const Window w = window_of(view, attributes.window());
    const StoredRange range = stored_range(attributes.activation, view.output().quantisation);
    return {w.in_h,     w.in_w,     w.in_c,    w.out_h,    w.out_w,   w.kernel_h, w.kernel_w,
            w.stride_h, w.stride_w, w.pad_top, w.pad_left, range.low, range.high};
}

KernelPlan lower_pool(const NodeView& view, std::string header, std::string function) {
    const auto p = pool_parameters(view);
    KernelCall call;
    call.header = std::move(header);
    call.function = std::move(function);
    call.parameters = "mote::rt::nn::Pool2dParameters";
    call.values = {{"in_h", p.in_h},         {"in_w", p.in_w},         {"in_c", p.in_c},         {"out_h", p.out_h},
                   {"out_w", p.out_w},       {"kernel_h", p.kernel_h}, {"kernel_w", p.kernel_w}, {"stride_h", p.stride_h},
                   {"stride_w", p.stride_w}, {"pad_top", p.pad_top},   {"pad_left", p.pad_left}, {"low", p.low},
                   {"high", p.high}};
    call.inputs = {view.input_index(0)};
    const auto channels = static_cast<std::size_t>(p.in_c);
    return {false, {std::move(call)}, {}, {{0, overlap_distance(window_of_parameters(p), channels, channels, {1, false}), 1}}};
}

FloatPool float_pool(const NodeView& view) {
    const auto attributes = view.attributes<PoolAttributes>();
    return {window_of(view, attributes.window()), clamp_of(attributes.activation)};
}

void FloatPool::run_average(const float* x, float* y) const {
    slide(
        window, 0.0f, x, y, [](float sum, float v) { return sum + v; },
        [this](float sum, int places) { return std::min(std::max(sum / static_cast<float>(places), clamp.low), clamp.high); });
}

void FloatPool::run_max(const float* x, float* y) const {
    slide(
        window, std::numeric_limits<float>::lowest(), x, y, [](float most, float v) { return std::max(most, v); },
        [this](float most, int) { return std::min(std::max(most, clamp.low), clamp.high); });
}

}  // namespace mote::graph
