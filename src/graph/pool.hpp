// What average_pool_2d and max_pool_2d share.
#pragma once

#include "graph/kernel_call.hpp"
#include "graph/window.hpp"
#include "mote/rt/nn/pool_2d.hpp"

namespace mote::graph {

std::vector<std::vector<int>> infer_pool(const Graph& graph, const Node& node);
void verify_pool(const Graph& graph, const Node& node);
std::uint64_t pool_macs(const Graph& graph, const Node& node);

struct FloatPool {
    Window window;
    Clamp clamp{};
    void run_average(const float* x, float* y) const;
    void run_max(const float* x, float* y) const;
};
FloatPool float_pool(const NodeView& view);

rt::nn::Pool2dParameters pool_parameters(const NodeView& view);
/// The call of `function` in `header`.
KernelPlan lower_pool(const NodeView& view, std::string header, std::string function);

}  // namespace mote::graph
