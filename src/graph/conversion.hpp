// What quantise and dequantise share: the same values as f32 and as i8 with one scale and zero point.
#pragma once

#include "graph/elementwise.hpp"
#include "graph/quantised.hpp"

namespace mote::graph {

/// Checks that the node takes `from` and gives `to`, one f32 and one i8.
void verify_conversion(const Graph& graph, const Node& node, Type from, Type to);

/// `quantised`: the i8 tensor of the two.
template <class Parameters>
Parameters conversion_parameters(const Tensor& quantised) {
    return {static_cast<std::int32_t>(quantised.count()), zero_point_of(quantised)};
}

template <class Parameters>
KernelPlan lower_conversion(const NodeView& view, const Tensor& quantised, const std::string& family, std::string type) {
    KernelPlan plan;
    plan.calls = {reference_call(family, std::move(type), conversion_parameters<Parameters>(quantised), {"count", "zero_point"},
                                 {view.input_index(0)})};
    const float scale = scale_of(quantised);
    plan.calls[0].tables = {kernel_table("scale", Type::f32, std::span<const float>(&scale, 1))};
    return plan;
}

}  // namespace mote::graph
