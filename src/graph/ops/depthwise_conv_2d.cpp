#include "graph/float_kernels.hpp"
#include "graph/operator.hpp"
#include "graph/overlap.hpp"
#include "graph/variants/variants.hpp"
#include "graph/window.hpp"

namespace mote::graph::ops {

namespace {

using Attributes = DepthwiseAttributes;

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const auto attributes = view.attributes<Attributes>();
    view.require_rank(1, 4);
    const auto& weights = view.input(1).shape;
    const Window window = window_of(view, attributes.window(weights[1], weights[2]));
    return {{1, window.out_h, window.out_w, weights[3]}};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 3);
    const auto attributes = view.attributes<Attributes>();
    const auto shapes = infer(graph, node);
    const auto& weights = view.input(1).shape;
    const std::int64_t channels = std::int64_t{view.input(0).shape[3]} * attributes.multiplier;
    if (weights[0] != 1 || weights[3] != channels)
        view.fail(
            view.input_index(1),
            "has shape " + text_of(weights) + ", it must be [1, KH, KW, " + std::to_string(channels) + "] (input channels * multiplier)",
            "correct the weights or the multiplier");
    view.require_weights(1, 2, 3, weights[3]);
    view.require_outputs(shapes);
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const auto attributes = view.attributes<Attributes>();
    const Tensor& weights = view.input(1);
    FloatDepthwise run;
    run.window = window_of(view, attributes.window(weights.shape[1], weights.shape[2]));
    run.multiplier = static_cast<std::size_t>(attributes.multiplier);
    run.weights.assign(weights.as<float>().begin(), weights.as<float>().end());
    run.bias = bias_or_zeros(view, 2, static_cast<std::size_t>(weights.shape[3]));
    run.clamp = clamp_of(attributes.activation);
    return [run, x = view.input_index(0), y = view.output_index()](Values& values) { run.run(values.in<float>(x), values.out<float>(y)); };
}

variants::depthwise_conv_2d::Layer quantised(const NodeView& view) {
    const auto attributes = view.attributes<Attributes>();
    const auto& shape = view.input(1).shape;
    LayerTables t = layer_tables(view, 3, attributes.activation);
    const Window w = window_of(view, attributes.window(shape[1], shape[2]));
    const rt::nn::DepthwiseConv2dParameters p{w.in_h,
                                              w.in_w,
                                              w.in_c,
                                              w.out_h,
                                              w.out_w,
                                              shape[3],
                                              w.kernel_h,
                                              w.kernel_w,
                                              w.stride_h,
                                              w.stride_w,
                                              w.dilation_h,
                                              w.dilation_w,
                                              w.pad_top,
                                              w.pad_left,
                                              attributes.multiplier,
                                              t.in_zero_point,
                                              t.out_zero_point,
                                              t.range.low,
                                              t.range.high,
                                              t.per_channel ? 1 : 0,
                                              0};
    return {p, std::move(t)};
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    static constexpr std::string_view names[] = {
        "in_h",           "in_w",     "in_c",       "out_h",       "out_w",    "out_c",    "kernel_h",           "kernel_w",
        "stride_h",       "stride_w", "dilation_h", "dilation_w",  "pad_top",  "pad_left", "channel_multiplier", "in_zero_point",
        "out_zero_point", "low",      "high",       "per_channel", "band_rows"};
    const NodeView view(graph, node);
    const variants::depthwise_conv_2d::Layer layer = quantised(view);
    KernelCall call = reference_call("depthwise_conv_2d", "DepthwiseConv2dParameters", layer.parameters, names, {view.input_index(0)});
    call.tables = layer.tables.kernel_tables();
    // The plain kernel goes pixel by pixel.
    KernelPlan plan{false, {std::move(call)}, {}, {window_overlap(layer.parameters, {1, false})}};
    return with_fastest_variant(std::move(plan), variants::depthwise_conv_2d::all(), isa, layer);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    return [q = quantised(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::depthwise_conv_2d_reference(q.parameters, values.in<std::int8_t>(x), q.tables.weights.data(), q.tables.bias.data(),
                                            q.tables.multiplier.data(), q.tables.shift.data(), values.out<std::int8_t>(y));
    };
}

std::uint64_t macs(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const auto& w = view.input(1).shape;
    return view.output().count() * static_cast<std::uint64_t>(w[1]) * static_cast<std::uint64_t>(w[2]);
}

}  // namespace

const Operator& depthwise_conv_2d() {
    static const Operator op{"depthwise_conv_2d",
                             "convolution of each channel by itself: x [1, H, W, C], weights [1, KH, KW, C * multiplier], bias",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
