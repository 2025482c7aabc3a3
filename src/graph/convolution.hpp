// What conv_2d and depthwise_conv_2d share: weights [_, KH, KW, _] that slide over [1, H, W, C].
#pragma once

#include "graph/layer.hpp"
#include "graph/overlap.hpp"
#include "graph/variant.hpp"
#include "graph/window.hpp"

#include <utility>

namespace mote::graph {

template <class Attributes>
Window window_of_weights(const NodeView& view) {
    const auto& weights = view.input(1).shape;
    return window_of(view, view.attributes<Attributes>().window(weights[1], weights[2]));
}

/// Output channels lie along `axis` of the weights.
template <class Attributes, std::size_t axis>
std::vector<std::vector<int>> infer_convolution(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_rank(1, 4);
    const Window window = window_of_weights<Attributes>(view);
    return {{1, window.out_h, window.out_w, view.input(1).shape[axis]}};
}

/// A series that lies as a column lies in memory as a row does, and its weights too: kernels are fast along rows.
template <class Parameters>
void lay_column_as_row(Parameters& p) {
    if (p.in_w != 1 || p.kernel_w != 1 || p.out_w != 1) return;
    std::swap(p.in_h, p.in_w), std::swap(p.out_h, p.out_w), std::swap(p.kernel_h, p.kernel_w), std::swap(p.stride_h, p.stride_w);
    std::swap(p.pad_top, p.pad_left);
    if constexpr (requires { p.dilation_h; }) std::swap(p.dilation_h, p.dilation_w);
}

/// All but the parameters that only one of the two has.
template <class Parameters, class Attributes, std::size_t axis>
QuantisedLayer<Parameters> quantised_convolution(const NodeView& view) {
    QuantisedLayer<Parameters> layer{window_parameters<Parameters>(window_of_weights<Attributes>(view)),
                                     layer_tables(view, axis, view.attributes<Attributes>().activation)};
    lay_column_as_row(layer.parameters);
    layer.parameters.out_c = view.input(1).shape[axis];
    set_arithmetic(layer.parameters, layer.tables);
    return layer;
}

/// The plan of the reference kernel, which reads a window again for each channel of a pixel, or that of the fastest variant.
template <class Parameters, std::size_t members>
KernelPlan lower_convolution(const NodeView& view, const QuantisedLayer<Parameters>& layer, const std::string& family, std::string type,
                             const std::string_view (&names)[members], std::span<const Variant<QuantisedLayer<Parameters>>* const> variants,
                             Isa isa) {
    KernelPlan plan = reference_plan(view, layer, family, std::move(type), names);
    plan.may_overlap = {window_overlap(layer.parameters, {1, false})};
    return with_variants(std::move(plan), variants, isa, layer);
}

}  // namespace mote::graph
