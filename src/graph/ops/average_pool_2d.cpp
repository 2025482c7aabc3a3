#include "graph/pool.hpp"
#include "graph/variants/average_pool_2d/catalogue.hpp"
#include "mote/rt/nn/average_pool_2d/reference.hpp"

namespace mote::graph::ops {

namespace {

void sum(float* y, const float* x, std::size_t channels) {
    for (std::size_t c = 0; c < channels; ++c) y[c] += x[c];
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    return prepare_pool(NodeView(graph, node), rt::nn::average_pool_2d_reference<std::int8_t>,
                        rt::nn::average_pool_2d_reference<std::int16_t>, {0.0f, sum, true});
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i16) return lower_pool(view, "average_pool_2d");
    return with_variants(lower_pool(view, "average_pool_2d"), variants::average_pool_2d::all(), isa, pool_parameters(view));
}

}  // namespace

const Operator& average_pool_2d() {
    static const Operator op = pool_operator(
        "average_pool_2d", "mean over a sliding window of each channel: x [1, H, W, C]; padding is left out of the mean", prepare, lower);
    return op;
}

}  // namespace mote::graph::ops
