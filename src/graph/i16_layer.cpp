#include "graph/i16_layer.hpp"

#include "mote/rt/nn/conv_2d_i16/reference.hpp"
#include "mote/rt/nn/depthwise_conv_2d_i16/reference.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

struct Tables {
    std::vector<std::int32_t> bias, multiplier;
    std::vector<std::int8_t> shift;
    bool per_channel = false, is_wide = true;
    StoredRange range;
};

double factor_of(const NodeView& view, std::size_t channel) {
    const auto& scales = view.input(1).quantisation.scale;
    return double{scale_of(view.input(0))} * double{scales[scales.size() > 1 ? channel : 0]} / double{scale_of(view.output())};
}

// Sums of 64 bits where there is a bias of 64, or none.
bool is_wide(const NodeView& view) { return !view.has_input(2) || view.input(2).type == Type::i64; }

Tables tables_of(const NodeView& view, std::size_t channels, std::string_view activation) {
    Tables t;
    t.is_wide = is_wide(view);
    t.range = stored_range(activation, view.output());
    t.per_channel = view.input(1).quantisation.scale.size() > 1;
    for (std::size_t c = 0; c < channels; ++c) {
        if (!t.is_wide) {
            t.bias.push_back(view.input(2).as<std::int32_t>()[c]);
            continue;
        }
        const std::int64_t bias = view.has_input(2) ? view.input(2).as<std::int64_t>()[c] : 0;
        t.bias.push_back(static_cast<std::int32_t>(bias & 0xffffffff));
        t.bias.push_back(static_cast<std::int32_t>(bias >> 32));
    }
    for (std::size_t c = 0; c < (t.per_channel ? channels : 1); ++c) {
        const Multiplier m = multiplier_of(factor_of(view, c));
        const std::int32_t reduced = m.value < 0x7fff0000 ? (m.value + (1 << 15)) >> 16 : 0x7fff;
        t.multiplier.push_back(t.is_wide ? reduced : m.value);
        t.shift.push_back(static_cast<std::int8_t>(t.is_wide ? 15 - m.shift : m.shift));
    }
    return t;
}

template <class Parameters>
struct Layer {
    Tables tables;
    Parameters parameters;
};

template <class Parameters>
Layer<Parameters> layer_of(const NodeView& view, const Window& window, int channels, std::string_view activation) {
    Layer<Parameters> layer{tables_of(view, static_cast<std::size_t>(channels), activation), window_parameters<Parameters>(window)};
    Parameters& p = layer.parameters;
    p.out_c = channels;
    p.low = layer.tables.range.low, p.high = layer.tables.range.high;
    p.per_channel = layer.tables.per_channel ? 1 : 0, p.is_wide = layer.tables.is_wide ? 1 : 0;
    return layer;
}

template <class Parameters, class Kernel>
std::function<void(Values&)> prepare(const NodeView& view, const Parameters& p, Tables tables, Kernel kernel) {
    return [p, kernel, t = std::move(tables), x = view.input_index(0), w = view.input_index(1), y = view.output_index()](Values& values) {
        kernel(p, values.in<std::int16_t>(x), values.in<std::int8_t>(w), t.bias.data(), t.multiplier.data(), t.shift.data(),
               values.out<std::int16_t>(y));
    };
}

KernelPlan plan(const NodeView& view, KernelCall call, const Tables& t) {
    call.tables = {kernel_table("weights", Type::i8, view.input(1).as<std::int8_t>()),
                   kernel_table("bias", Type::i32, std::span<const std::int32_t>(t.bias)),
                   kernel_table("multiplier", Type::i32, std::span<const std::int32_t>(t.multiplier)),
                   kernel_table("shift", Type::i8, std::span<const std::int8_t>(t.shift))};
    KernelPlan result;
    result.calls.push_back(std::move(call));
    return result;
}

auto convolution(const NodeView& view, const Window& window, int groups, std::string_view activation) {
    auto layer = layer_of<rt::nn::Conv2dI16Parameters>(view, window, view.input(1).shape.front(), activation);
    layer.parameters.groups = groups;
    return layer;
}

auto depthwise(const NodeView& view, const Window& window, int multiplier, std::string_view activation) {
    auto layer = layer_of<rt::nn::DepthwiseConv2dI16Parameters>(view, window, view.input(1).shape.back(), activation);
    layer.parameters.channel_multiplier = multiplier;
    return layer;
}

}  // namespace

void check_i16_layer(const NodeView& view) {
    const std::size_t scales = view.input(1).quantisation.scale.size();
    for (std::size_t c = 0; c < scales; ++c)
        if (!(factor_of(view, c) < 127.0))
            view.fail("has scales whose product is more than 127 times that of its output", "quantise the model again: a scale is damaged");
}

std::function<void(Values&)> prepare_i16_convolution(const NodeView& view, const Window& window, int groups, std::string_view activation) {
    auto c = convolution(view, window, groups, activation);
    return prepare(view, c.parameters, std::move(c.tables), rt::nn::conv_2d_i16_reference);
}

KernelPlan lower_i16_convolution(const NodeView& view, const Window& window, int groups, std::string_view activation) {
    static constexpr std::string_view names[] = {"in_h",     "in_w",     "in_c",     "out_h",       "out_w",      "out_c",   "kernel_h",
                                                 "kernel_w", "stride_h", "stride_w", "dilation_h",  "dilation_w", "pad_top", "pad_left",
                                                 "groups",   "low",      "high",     "per_channel", "is_wide"};
    const auto c = convolution(view, window, groups, activation);
    return plan(view, reference_call("conv_2d_i16", "Conv2dI16Parameters", c.parameters, names, {view.input_index(0)}), c.tables);
}

std::function<void(Values&)> prepare_i16_depthwise(const NodeView& view, const Window& window, int multiplier,
                                                   std::string_view activation) {
    auto d = depthwise(view, window, multiplier, activation);
    return prepare(view, d.parameters, std::move(d.tables), rt::nn::depthwise_conv_2d_i16_reference);
}

KernelPlan lower_i16_depthwise(const NodeView& view, const Window& window, int multiplier, std::string_view activation) {
    static constexpr std::string_view names[] = {"in_h",       "in_w",       "in_c",        "out_h",    "out_w",
                                                 "out_c",      "kernel_h",   "kernel_w",    "stride_h", "stride_w",
                                                 "dilation_h", "dilation_w", "pad_top",     "pad_left", "channel_multiplier",
                                                 "low",        "high",       "per_channel", "is_wide"};
    const auto d = depthwise(view, window, multiplier, activation);
    return plan(view, reference_call("depthwise_conv_2d_i16", "DepthwiseConv2dI16Parameters", d.parameters, names, {view.input_index(0)}),
                d.tables);
}

Window place_of_channels(int channels) {
    Window w;
    w.in_h = w.in_w = w.out_h = w.out_w = w.kernel_h = w.kernel_w = 1;
    w.in_c = channels;
    return w;
}

}  // namespace mote::graph
