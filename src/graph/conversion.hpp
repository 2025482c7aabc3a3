// What quantise and dequantise share: the same values as f32 and as i8 or i16 with one scale and zero point.
#pragma once

#include "graph/elementwise.hpp"
#include "graph/quantised.hpp"

namespace mote::graph {

/// Checks that one of the node's input and output is f32 and the other, `quantised`, i8 or i16.
void verify_conversion(const NodeView& view, int real, int quantised);

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
