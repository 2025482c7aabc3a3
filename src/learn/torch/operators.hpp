// Each operator of the graph in torch's functions.
#pragma once

#include "graph/graph.hpp"
#include "learn/torch/network.hpp"

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mote::learn {

/// Computes a node's output from its inputs (undefined where the node has none, -1).
using TorchStep = std::function<at::Tensor(const std::vector<at::Tensor>& inputs, const Pass& pass)>;

struct TorchOperator {
    /// Reads attributes once; throws base::Error "unsupported" for what torch cannot do.
    TorchStep (*prepare)(const graph::Graph& graph, const graph::Node& node);
};

const std::map<std::string, TorchOperator, std::less<>>& torch_operators();

}  // namespace mote::learn
