#include "graph/arm_dsp.hpp"
#include "graph/float_kernels.hpp"
#include "graph/operator.hpp"
#include "graph/overlap.hpp"
#include "graph/quantised.hpp"
#include "graph/window.hpp"
#include "mote/rt/nn/depthwise_conv_2d/arm_dsp.hpp"
#include "mote/rt/nn/depthwise_conv_2d/reference.hpp"

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

struct Quantised {
    rt::nn::DepthwiseConv2dParameters parameters;
    LayerTables tables;
};

Quantised quantised(const NodeView& view) {
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

// More scratch memory than this is not worth the speed on a small machine.
constexpr std::int32_t band_bytes = 4096, most_scratch_bytes = 16384;

bool suits_planes(const Quantised& q) {
    const auto& p = q.parameters;
    return p.channel_multiplier == 1 && p.dilation_h == 1 && p.dilation_w == 1 &&
           4 * rt::nn::depthwise_plane_bytes(p, 1) <= most_scratch_bytes && suits_arm_dsp(q.tables, true);
}

// As many rows at once as fit `band_bytes`: each band loads the weights and the rows that it shares with the next one again.
std::int32_t band_rows_of(const rt::nn::DepthwiseConv2dParameters& p) {
    std::int32_t rows = 1;
    while (rows < p.out_h && 4 * rt::nn::depthwise_plane_bytes(p, rows + 1) <= band_bytes) ++rows;
    return rows;
}

void use_arm_dsp(const Quantised& q, KernelCall& call) {
    const auto& p = q.parameters;
    const auto weights =
        pack_depthwise_arm_dsp(q.tables.weights, static_cast<std::size_t>(p.kernel_h), static_cast<std::size_t>(p.kernel_w),
                               static_cast<std::size_t>(p.out_c), rt::nn::depthwise_is_3x3(p));
    call.header = "mote/rt/nn/depthwise_conv_2d/arm_dsp.hpp";
    call.function = "mote::rt::nn::depthwise_conv_2d_arm_dsp";
    call.tables = padded(q.tables, 4).kernel_tables(kernel_table("weights", Type::i16, std::span<const std::int16_t>(weights)));
    call.scratch_bytes = static_cast<std::size_t>(4 * rt::nn::depthwise_plane_bytes(p, p.band_rows));
}

// The plain kernel goes pixel by pixel. The other finishes four channels before the next four: moved by whole pixels, its output lies on
// those channels of the input alone, and a band's rows are read before its first output is written.
Overlap overlap_of(const rt::nn::DepthwiseConv2dParameters& p, bool fast) {
    const Window window = window_of_parameters(p);
    const auto in_c = static_cast<std::size_t>(p.in_c), out_c = static_cast<std::size_t>(p.out_c);
    if (!fast) return {0, overlap_distance(window, in_c, out_c, {1, false}), 1};
    const auto band_pixels = static_cast<std::size_t>(p.band_rows) * static_cast<std::size_t>(p.out_w);
    return {0, out_c * overlap_distance(window, 1, 1, {band_pixels, true}), out_c};
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    Quantised q = quantised(view);
    const bool fast = isa == Isa::arm_dsp && suits_planes(q);
    if (fast) q.parameters.band_rows = band_rows_of(q.parameters);
    const auto& p = q.parameters;
    KernelCall call;
    call.header = "mote/rt/nn/depthwise_conv_2d/reference.hpp";
    call.function = "mote::rt::nn::depthwise_conv_2d_reference";
    call.parameters = "mote::rt::nn::DepthwiseConv2dParameters";
    call.values = {{"in_h", p.in_h},
                   {"in_w", p.in_w},
                   {"in_c", p.in_c},
                   {"out_h", p.out_h},
                   {"out_w", p.out_w},
                   {"out_c", p.out_c},
                   {"kernel_h", p.kernel_h},
                   {"kernel_w", p.kernel_w},
                   {"stride_h", p.stride_h},
                   {"stride_w", p.stride_w},
                   {"dilation_h", p.dilation_h},
                   {"dilation_w", p.dilation_w},
                   {"pad_top", p.pad_top},
                   {"pad_left", p.pad_left},
                   {"channel_multiplier", p.channel_multiplier},
                   {"in_zero_point", p.in_zero_point},
                   {"out_zero_point", p.out_zero_point},
                   {"low", p.low},
                   {"high", p.high},
                   {"per_channel", p.per_channel},
                   {"band_rows", p.band_rows}};
    call.inputs = {view.input_index(0)};
    call.tables = q.tables.kernel_tables();
    if (fast) use_arm_dsp(q, call);
    return {false, {std::move(call)}, {}, {overlap_of(p, fast)}};
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
