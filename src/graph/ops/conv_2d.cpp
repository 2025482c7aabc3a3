#include "graph/convolution.hpp"
#include "graph/dense.hpp"
#include "graph/float_kernels.hpp"
#include "graph/i16_layer.hpp"
#include "graph/variants/conv_2d/catalogue.hpp"

namespace mote::graph::ops {

namespace {

using Attributes = ConvolutionAttributes;

constexpr auto infer = infer_convolution<Attributes, 0>;

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 3);
    const auto attributes = view.attributes<Attributes>();
    const auto shapes = infer(graph, node);
    const auto& weights = view.input(1).shape;
    const int channels = view.input(0).shape[3];
    if (channels % attributes.groups != 0 || weights[0] % attributes.groups != 0)
        view.fail(std::to_string(attributes.groups) + " groups do not divide " + std::to_string(channels) + " input and " +
                      std::to_string(weights[0]) + " output channels",
                  "change the number of groups");
    view.require_shape(1, {weights[0], weights[1], weights[2], channels / attributes.groups}, "outputs, kernel, input channels of a group");
    view.require_weights(1, 2, 0, weights[0]);
    if (view.input(0).type == Type::i16) check_i16_layer(view);
    view.require_outputs(shapes);
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const auto attributes = view.attributes<Attributes>();
    const auto& shape = view.input(1).shape;
    FloatConvolution run;
    run.window = window_of_weights<Attributes>(view);
    run.channels = static_cast<std::size_t>(shape[3]);
    run.bias = bias_or_zeros(view, 2, static_cast<std::size_t>(shape[0]));
    run.clamp = clamp_of(attributes.activation);
    const auto outputs = static_cast<std::size_t>(shape[0] / attributes.groups);
    const std::size_t depth = run.channels * static_cast<std::size_t>(shape[1]) * static_cast<std::size_t>(shape[2]);
    const float* weights = view.input(1).as<float>().data();
    for (int g = 0; g < attributes.groups; ++g)
        run.groups.emplace_back(weights + static_cast<std::size_t>(g) * outputs * depth, outputs, depth);
    return [run, patches = std::vector<float>(), x = view.input_index(0), y = view.output_index()](Values& values) mutable {
        run.run(values.in<float>(x), values.out<float>(y), patches);
    };
}

variants::conv_2d::Layer quantised(const NodeView& view) {
    auto layer = quantised_convolution<rt::nn::Conv2dParameters, Attributes, 0>(view);
    layer.parameters.groups = view.attributes<Attributes>().groups;
    return layer;
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    static constexpr std::string_view names[] = {"in_h",     "in_w",        "in_c",      "out_h",         "out_w",          "out_c",
                                                 "kernel_h", "kernel_w",    "stride_h",  "stride_w",      "dilation_h",     "dilation_w",
                                                 "pad_top",  "pad_left",    "groups",    "in_zero_point", "out_zero_point", "low",
                                                 "high",     "per_channel", "split_bits"};
    const NodeView view(graph, node);
    const auto attributes = view.attributes<Attributes>();
    if (view.input(0).type == Type::i16)
        return lower_i16_convolution(view, window_of_weights<Attributes>(view), attributes.groups, attributes.activation);
    const variants::conv_2d::Layer layer = quantised(view);
    if (window_is_input(layer.parameters) && layer.parameters.in_c == view.input(1).shape[3])
        return lower_dense(view, dense_of(layer), isa);
    return lower_convolution(view, layer, "conv_2d", "Conv2dParameters", names, variants::conv_2d::all(), isa);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    const auto attributes = view.attributes<Attributes>();
    if (view.input(0).type == Type::i16)
        return prepare_i16_convolution(view, window_of_weights<Attributes>(view), attributes.groups, attributes.activation);
    return prepare_layer(view, quantised(view), rt::nn::conv_2d_reference);
}

std::uint64_t macs(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const auto& w = view.input(1).shape;
    return view.output().count() * static_cast<std::uint64_t>(w[1]) * static_cast<std::uint64_t>(w[2]) * static_cast<std::uint64_t>(w[3]);
}

}  // namespace

const Operator& conv_2d() {
    static const Operator op{"conv_2d",
                             "2-D convolution: x [1, H, W, I], weights [O, KH, KW, I / groups], bias [O]",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
