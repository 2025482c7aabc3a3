#include "graph/operator.hpp"
#include "graph/pool.hpp"
#include "mote/rt/nn/max_pool_2d/reference.hpp"

namespace mote::graph::ops {

namespace {

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::i8)
        return [p = pool_parameters(view), x = view.input_index(0), y = view.output_index()](Values& values) {
            rt::nn::max_pool_2d_reference(p, values.in<std::int8_t>(x), values.out<std::int8_t>(y));
        };
    return [pool = float_pool(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        pool.run_max(values.in<float>(x), values.out<float>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    return lower_pool(NodeView(graph, node), "mote/rt/nn/max_pool_2d/reference.hpp", "mote::rt::nn::max_pool_2d_reference");
}

}  // namespace

const Operator& max_pool_2d() {
    static const Operator op{"max_pool_2d",
                             "maximum over a sliding window of each channel: x [1, H, W, C]",
                             base::json_schema<PoolAttributes>,
                             verify_pool,
                             infer_pool,
                             prepare,
                             pool_macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
