#include "graph/pool.hpp"
#include "graph/variants/max_pool_2d/catalogue.hpp"
#include "mote/rt/nn/max_pool_2d/reference.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph::ops {

namespace {

void maximum(float* y, const float* x, std::size_t channels) {
    for (std::size_t c = 0; c < channels; ++c) y[c] = std::max(y[c], x[c]);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    return prepare_pool(NodeView(graph, node), rt::nn::max_pool_2d_reference<std::int8_t>, rt::nn::max_pool_2d_reference<std::int16_t>,
                        {std::numeric_limits<float>::lowest(), maximum, false});
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i16) return lower_pool(view, "max_pool_2d");
    return with_variants(lower_pool(view, "max_pool_2d"), variants::max_pool_2d::all(), isa, pool_parameters(view));
}

}  // namespace

const Operator& max_pool_2d() {
    static const Operator op =
        pool_operator("max_pool_2d", "maximum over a sliding window of each channel: x [1, H, W, C]", prepare, lower);
    return op;
}

}  // namespace mote::graph::ops
