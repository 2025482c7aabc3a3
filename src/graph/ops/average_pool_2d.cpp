#include "graph/operator.hpp"
#include "graph/pool.hpp"

namespace mote::graph::ops {

namespace {

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type != Type::f32) view.fail("has no int8 form yet", "evaluate the float graph");
    return [pool = float_pool(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        pool.run_average(values.in<float>(x), values.out<float>(y));
    };
}

}  // namespace

const Operator& average_pool_2d() {
    static const Operator op{"average_pool_2d",
                             "mean over a sliding window of each channel: x [1, H, W, C]; padding is left out of the mean",
                             base::json_schema<PoolAttributes>,
                             verify_pool,
                             infer_pool,
                             prepare,
                             pool_macs};
    return op;
}

}  // namespace mote::graph::ops
