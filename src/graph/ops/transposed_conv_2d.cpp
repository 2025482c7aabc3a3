// Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016. The int8 arithmetic is that of TensorFlow Lite's
// reference/integer_ops/transpose_conv.h.
#include "graph/convolution.hpp"
#include "graph/float_kernels.hpp"
#include "graph/variants/transposed_conv_2d/catalogue.hpp"
#include "mote/rt/nn/transposed_conv_2d/reference.hpp"

#include <algorithm>

namespace mote::graph::ops {

namespace {

struct Attributes {
    int stride_h = 1, stride_w = 1, pad_top = 0, pad_left = 0, out_h = 1, out_w = 1;
    std::string activation = "none";
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("stride_h", &Attributes::stride_h, "rows from one window of the output to the next").range(1, 65535),
                               field("stride_w", &Attributes::stride_w, "columns from one to the next").range(1, 65535),
                               field("pad_top", &Attributes::pad_top, "rows cut off above").range(0, 65535),
                               field("pad_left", &Attributes::pad_left, "columns cut off on the left").range(0, 65535),
                               field("out_h", &Attributes::out_h, "rows of the output").range(1, 65535).required(),
                               field("out_w", &Attributes::out_w, "columns of the output").range(1, 65535).required(),
                               field("activation", &Attributes::activation, "applied to the output").choices(activation_choices));
    }
};

using Parameters = rt::nn::TransposedConv2dParameters;
using variants::transposed_conv_2d::Layer;

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_rank(0, 4);
    view.require_rank(1, 4);
    if (view.input(0).shape[0] != 1)
        view.fail(view.input_index(0), "has shape " + text_of(view.input(0).shape), "images come one by one, with a batch of 1");
    const auto a = view.attributes<Attributes>();
    return {{1, a.out_h, a.out_w, view.input(1).shape[0]}};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 3);
    const auto shapes = infer(graph, node);
    const auto& weights = view.input(1).shape;
    view.require_shape(1, {weights[0], weights[1], weights[2], view.input(0).shape[3]}, "outputs, kernel, input channels");
    (void)view.require_activations(0, 1);
    view.require_weights(1, 2, 0, weights[0]);
    view.require_outputs(shapes);
}

Parameters geometry(const NodeView& view) {
    const auto a = view.attributes<Attributes>();
    const auto &x = view.input(0).shape, &w = view.input(1).shape;
    Parameters p{};
    p.in_h = x[1], p.in_w = x[2], p.in_c = x[3];
    p.out_h = a.out_h, p.out_w = a.out_w, p.out_c = w[0];
    p.kernel_h = w[1], p.kernel_w = w[2];
    p.stride_h = a.stride_h, p.stride_w = a.stride_w, p.pad_top = a.pad_top, p.pad_left = a.pad_left;
    return p;
}

/// visit(output place, input place, kernel place) for each meeting of two pixels.
template <class Visit>
void each_meeting(const Parameters& p, Visit visit) {
    for (std::int32_t oy = 0; oy < p.out_h; ++oy) {
        const auto rows = rt::nn::kernel_places(oy, p.pad_top, p.stride_h, p.kernel_h, p.in_h);
        for (std::int32_t ox = 0; ox < p.out_w; ++ox) {
            const auto columns = rt::nn::kernel_places(ox, p.pad_left, p.stride_w, p.kernel_w, p.in_w);
            std::int32_t iy = rows.in;
            for (std::int32_t ky = rows.first; ky < rows.end; ky += p.stride_h, --iy) {
                std::int32_t ix = columns.in;
                for (std::int32_t kx = columns.first; kx < columns.end; kx += p.stride_w, --ix)
                    visit(oy * p.out_w + ox, iy * p.in_w + ix, ky * p.kernel_w + kx);
            }
        }
    }
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    const auto bias = bias_or_zeros(view, 2, static_cast<std::size_t>(view.input(1).shape[0]));
    return [p = geometry(view), bias, clamp = clamp_of(view.attributes<Attributes>().activation), x = view.input_index(0),
            weights = view.input_index(1), y = view.output_index()](Values& values) {
        const float* in = values.in<float>(x);
        const float* w = values.in<float>(weights);
        float* out = values.out<float>(y);
        for (std::int32_t i = 0; i < p.out_h * p.out_w; ++i) std::copy(bias.begin(), bias.end(), out + i * p.out_c);
        each_meeting(p, [&](std::int32_t o, std::int32_t i, std::int32_t k) {
            for (std::int32_t oc = 0; oc < p.out_c; ++oc) {
                const float* kernel = w + (oc * p.kernel_h * p.kernel_w + k) * p.in_c;
                float sum = 0;
                for (std::int32_t c = 0; c < p.in_c; ++c) sum += in[i * p.in_c + c] * kernel[c];
                out[o * p.out_c + oc] += sum;
            }
        });
        for (std::int32_t i = 0; i < p.out_h * p.out_w * p.out_c; ++i) out[i] = std::min(std::max(out[i], clamp.low), clamp.high);
    };
}

/// Weights [O][KH * KW * I] in fours of output channels, zeros behind the last.
std::vector<std::int8_t> packed(std::span<const std::int8_t> weights, std::size_t outputs) {
    const std::size_t depth = weights.size() / outputs;
    std::vector<std::int8_t> fours(rounded_up(outputs, 4) * depth, 0);
    for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t i = 0; i < depth; ++i) fours[(o / 4 * depth + i) * 4 + o % 4] = weights[o * depth + i];
    return fours;
}

Layer quantised(const NodeView& view) {
    Layer layer{geometry(view), layer_tables(view, 0, view.attributes<Attributes>().activation)};
    std::vector<std::int32_t>& bias = layer.tables.bias;
    std::fill(bias.begin(), bias.end(), 0);
    if (view.has_input(2)) std::copy_n(view.input(2).as<std::int32_t>().begin(), bias.size(), bias.begin());
    lay_column_as_row(layer.parameters);
    set_arithmetic(layer.parameters, layer.tables);
    return layer;
}

/// As the reference kernel reads it.
struct InFours {
    Layer layer;
    std::vector<std::int8_t> weights;
    explicit InFours(Layer given) : layer(std::move(given)), weights(packed(layer.tables.weights, layer.tables.bias.size())) {
        layer.tables = padded(std::move(layer.tables), 4);
    }
};

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    return [q = InFours(quantised(view)), x = view.input_index(0), y = view.output_index()](Values& values) {
        const LayerTables& t = q.layer.tables;
        rt::nn::transposed_conv_2d_reference(q.layer.parameters, values.in<std::int8_t>(x), q.weights.data(), t.bias.data(),
                                             t.multiplier.data(), t.shift.data(), values.out<std::int8_t>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    static constexpr std::string_view names[] = {"in_h",          "in_w",           "in_c",     "out_h",    "out_w",       "out_c",
                                                 "kernel_h",      "kernel_w",       "stride_h", "stride_w", "pad_top",     "pad_left",
                                                 "in_zero_point", "out_zero_point", "low",      "high",     "per_channel", "split_bits"};
    const NodeView view(graph, node);
    const Layer layer = quantised(view);
    const InFours q(layer);
    KernelPlan plan = reference_plan(view, q.layer, "transposed_conv_2d", "TransposedConv2dParameters", names);
    plan.calls[0].tables = q.layer.tables.kernel_tables(kernel_table("weights", Type::i8, std::span<const std::int8_t>(q.weights)));
    return with_variants(std::move(plan), variants::transposed_conv_2d::all(), isa, layer);
}

/// Meetings of output and kernel places along one axis.
std::uint64_t meetings(int out, int pad, int stride, int kernel, int in) {
    std::uint64_t count = 0;
    for (int o = 0; o < out; ++o) {
        const auto places = rt::nn::kernel_places(o, pad, stride, kernel, in);
        if (places.end > places.first) count += static_cast<std::uint64_t>((places.end - places.first + stride - 1) / stride);
    }
    return count;
}

std::uint64_t macs(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const Parameters p = geometry(view);
    return meetings(p.out_h, p.pad_top, p.stride_h, p.kernel_h, p.in_h) * meetings(p.out_w, p.pad_left, p.stride_w, p.kernel_w, p.in_w) *
           static_cast<std::uint64_t>(p.out_c) * static_cast<std::uint64_t>(p.in_c);
}

}  // namespace

const Operator& transposed_conv_2d() {
    static const Operator op{"transposed_conv_2d",
                             "transposed 2-D convolution: x [1, H, W, I], weights [O, KH, KW, I], bias [O]",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
