#include "graph/convolution.hpp"
#include "graph/float_kernels.hpp"
#include "graph/i16_layer.hpp"
#include "graph/variants/depthwise_conv_2d/catalogue.hpp"

namespace mote::graph::ops {

namespace {

using Attributes = DepthwiseAttributes;

constexpr auto infer = infer_convolution<Attributes, 3>;

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
    if (view.input(0).type == Type::i16) check_i16_layer(view);
    view.require_outputs(shapes);
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const auto attributes = view.attributes<Attributes>();
    const Tensor& weights = view.input(1);
    FloatDepthwise run;
    run.window = window_of_weights<Attributes>(view);
    run.multiplier = static_cast<std::size_t>(attributes.multiplier);
    run.weights.assign(weights.as<float>().begin(), weights.as<float>().end());
    run.bias = bias_or_zeros(view, 2, static_cast<std::size_t>(weights.shape[3]));
    run.clamp = clamp_of(attributes.activation);
    return [run, x = view.input_index(0), y = view.output_index()](Values& values) { run.run(values.in<float>(x), values.out<float>(y)); };
}

variants::depthwise_conv_2d::Layer quantised(const NodeView& view) {
    auto layer = quantised_convolution<rt::nn::DepthwiseConv2dParameters, Attributes, 3>(view);
    layer.parameters.channel_multiplier = view.attributes<Attributes>().multiplier;
    return layer;
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    static constexpr std::string_view names[] = {
        "in_h",           "in_w",     "in_c",       "out_h",       "out_w",      "out_c",    "kernel_h",           "kernel_w",
        "stride_h",       "stride_w", "dilation_h", "dilation_w",  "pad_top",    "pad_left", "channel_multiplier", "in_zero_point",
        "out_zero_point", "low",      "high",       "per_channel", "split_bits", "band_rows"};
    const NodeView view(graph, node);
    const auto attributes = view.attributes<Attributes>();
    if (view.input(0).type == Type::i16)
        return lower_i16_depthwise(view, window_of_weights<Attributes>(view), attributes.multiplier, attributes.activation);
    return lower_convolution(view, quantised(view), "depthwise_conv_2d", "DepthwiseConv2dParameters", names,
                             variants::depthwise_conv_2d::all(), isa);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    const auto attributes = view.attributes<Attributes>();
    if (view.input(0).type == Type::i16)
        return prepare_i16_depthwise(view, window_of_weights<Attributes>(view), attributes.multiplier, attributes.activation);
    return prepare_layer(view, quantised(view), rt::nn::depthwise_conv_2d_reference);
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
