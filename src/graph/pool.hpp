// What average_pool_2d and max_pool_2d share.
#pragma once

#include "graph/operator.hpp"
#include "graph/window.hpp"
#include "mote/rt/nn/pool_2d.hpp"

namespace mote::graph {

std::vector<std::vector<int>> infer_pool(const Graph& graph, const Node& node);
void verify_pool(const Graph& graph, const Node& node);

rt::nn::Pool2dParameters pool_parameters(const NodeView& view);
/// The call of nn/FAMILY/reference.hpp.
KernelPlan lower_pool(const NodeView& view, const std::string& family);

/// Float pooling: each place of a window that lies inside the input is combined into its `channels` values, which begin with `start`; at
/// the end they are divided by the number of places, where it is a mean, and clamped.
struct FloatPool {
    float start;
    void (*combine)(float* y, const float* x, std::size_t channels);
    bool is_mean;
};
/// The reference kernel for i8 and for i16, `pool` for f32.
std::function<void(Values&)> prepare_pool(const NodeView& view,
                                          void (*kernel)(const rt::nn::Pool2dParameters&, const std::int8_t*, std::int8_t*),
                                          void (*wide)(const rt::nn::Pool2dParameters&, const std::int16_t*, std::int16_t*),
                                          const FloatPool& pool);
Operator pool_operator(std::string_view name, std::string_view help, std::function<void(Values&)> (*prepare)(const Graph&, const Node&),
                       KernelPlan (*lower)(const Graph&, const Node&, Isa));

}  // namespace mote::graph
