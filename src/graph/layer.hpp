// What the operators with weights share: conv_2d, depthwise_conv_2d, dense.
#pragma once

#include "graph/operator.hpp"
#include "graph/quantised.hpp"

#include <utility>

namespace mote::graph {

/// The parameters that kernels of layers with weights have beside their sizes.
template <class Parameters>
void set_arithmetic(Parameters& p, const LayerTables& tables) {
    if constexpr (requires { p.in_zero_point; }) p.in_zero_point = tables.in_zero_point;
    p.out_zero_point = tables.out_zero_point;
    p.low = tables.range.low;
    p.high = tables.range.high;
    p.per_channel = tables.per_channel ? 1 : 0;
}

/// The plan of nn/FAMILY/reference.hpp.
template <class Parameters, std::size_t members>
KernelPlan reference_plan(const NodeView& view, const QuantisedLayer<Parameters>& layer, const std::string& family, std::string type,
                          const std::string_view (&names)[members]) {
    KernelCall call = reference_call(family, std::move(type), layer.parameters, names, {view.input_index(0)});
    call.tables = layer.tables.kernel_tables();
    KernelPlan plan;
    plan.calls.push_back(std::move(call));
    return plan;
}

/// Runs a reference kernel.
template <class Parameters, class Kernel>
std::function<void(Values&)> prepare_layer(const NodeView& view, QuantisedLayer<Parameters> layer, Kernel kernel) {
    return [kernel, q = std::move(layer), x = view.input_index(0), y = view.output_index()](Values& values) {
        kernel(q.parameters, values.in<std::int8_t>(x), q.tables.weights.data(), q.tables.bias.data(), q.tables.multiplier.data(),
               q.tables.shift.data(), values.out<std::int8_t>(y));
    };
}

}  // namespace mote::graph
