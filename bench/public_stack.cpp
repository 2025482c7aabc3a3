#include "public_stack.hpp"

#include "graph/operator.hpp"

namespace mote::bench {

namespace {

/// Instructions of one of each.
struct Costs {
    double product, product_1x1, product_depthwise, product_dense;
    double output;               ///< requantised and stored
    double place, placed_value;  ///< of a window that is copied, and of a value in it
    double pooled_value, added_value;
    double gate_product, gate_sum, unit;  ///< of an LSTM: a sum is requantised and added, a unit takes five functions and three products
};

Costs costs_of(const std::string& core) {
    if (core == "cortex-m0plus") return {6.93, 6.1, 22.8, 6.0, 100, 40, 6, 9, 120, 6.0, 115, 540};
    if (core == "cortex-m3") return {2.98, 2.6, 7.8, 3.4, 24, 30, 4, 6, 26, 3.4, 24, 194};
    if (core == "cortex-m55") return {0.30, 0.25, 2.7, 1.05, 4, 25, 0.15, 1, 5, 0.4, 3, 125};
    Costs dsp{2.0, 1.75, 5.0, 2.0, 18, 25, 2, 4, 20, 2.0, 20, 176};
    if (core == "cortex-m4") return dsp;
    for (double* cost : {&dsp.product, &dsp.product_1x1, &dsp.product_depthwise, &dsp.product_dense, &dsp.gate_product}) *cost *= 1.05;
    return dsp;
}

/// x [1, steps, inputs]; nobody has measured such a model.
double lstm_cost(const std::vector<int>& x, int units, const Costs& c) {
    const double steps = x[1], gates = 4.0 * units;
    return steps * (gates * (x[2] + units) * c.gate_product + 2 * gates * c.gate_sum + units * c.unit);
}

double cost_of(const graph::Graph& model, const graph::Node& node, const Costs& c) {
    const auto tensor = [&](int i) -> const graph::Tensor& { return model.tensors[static_cast<std::size_t>(i)]; };
    const auto count = [&](int i) { return static_cast<double>(tensor(i).count()); };
    const double outputs = count(node.outputs[0]);
    if (node.op == "lstm") return lstm_cost(tensor(node.inputs[0]).shape, tensor(node.outputs[0]).shape[2], c);
    if (node.op == "add") return outputs * c.added_value;
    if (node.op == "average_pool_2d" || node.op == "max_pool_2d" || node.op == "mean") return count(node.inputs[0]) * c.pooled_value;
    if (node.op != "conv_2d" && node.op != "depthwise_conv_2d" && node.op != "dense") return 0;
    const auto& w = tensor(node.inputs[1]).shape;
    if (node.op == "dense") return outputs * (w[1] * c.product_dense + c.output);
    const double taps = static_cast<double>(w[1]) * w[2];
    // Dilated, and more outputs than one a channel, are left to a kernel without any preparation: about twice the work.
    if (node.op == "depthwise_conv_2d") {
        const bool plain = node.attributes.value("dilation_h", 1) == 1 && node.attributes.value("dilation_w", 1) == 1 &&
                           node.attributes.value("multiplier", 1) == 1;
        return outputs * (taps * c.product_depthwise * (plain ? 1 : 2) + c.output);
    }
    const bool is_1x1 = taps == 1 && node.attributes.value("stride_h", 1) == 1 && node.attributes.value("stride_w", 1) == 1;
    const double depth = taps * w[3], windows = outputs / w[0];
    return outputs * (depth * (is_1x1 ? c.product_1x1 : c.product) + c.output) +
           (is_1x1 ? 0 : windows * (taps * c.place + depth * c.placed_value));
}

}  // namespace

double estimated_public_stack(const graph::Graph& model, const std::string& core) {
    const Costs costs = costs_of(core);
    double sum = 0;
    for (const graph::Node& node : model.nodes) {
        const double cost = cost_of(model, node, costs);
        if (cost == 0 && graph::find_operator(node.op)->macs(model, node) > 0) return 0;
        sum += cost;
    }
    return sum;
}

}  // namespace mote::bench
