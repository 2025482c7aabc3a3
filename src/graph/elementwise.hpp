// What operators share whose output has the shape of their first input; relu and relu6 as a whole.
#pragma once

#include "graph/operator.hpp"
#include "graph/window.hpp"

namespace mote::graph {

struct NoAttributes {
    static constexpr auto fields() { return std::make_tuple(); }
};

std::vector<std::vector<int>> infer_same_shape(const Graph& graph, const Node& node);

/// An operator without attributes whose output has the shape and type of its input.
Operator clamp_operator(std::string_view name, std::string_view help, std::function<void(Values&)> (*prepare)(const Graph&, const Node&),
                        KernelPlan (*lower)(const Graph&, const Node&, Isa));
std::function<void(Values&)> prepare_clamp(const Graph& graph, const Node& node, std::string_view activation);
KernelPlan lower_clamp(const Graph& graph, const Node& node, std::string_view activation);

}  // namespace mote::graph
