// Which memory a model and its features need, when, and where it then lies.
#pragma once

#include "codegen/memory_plan.hpp"
#include "graph/graph.hpp"
#include "graph/kernel_call.hpp"

#include <cstddef>
#include <vector>

namespace mote::codegen {

constexpr int feature_step = -2;  ///< computes the float features
constexpr int input_step = -1;    ///< quantises them, or is given the input of a model alone; model calls are steps 0, 1, ...

struct Layout {
    std::vector<Want> wants;  ///< those of variables first
    MemoryPlan plan;
    std::vector<int> step_of_node;  ///< -1 for a view, which is no call
    int step_count = 0;
    std::vector<int> variables;               ///< tensors, in the order of their wants
    std::size_t state_bytes = 0;              ///< from the arena's beginning on: the variables
    std::vector<int> want_of_tensor;          ///< -1 for a constant
    std::vector<int> want_of_scratch;         ///< by node; -1 for none
    int features = -1, feature_scratch = -1;  ///< wants; -1 when there is none

    std::size_t offset(int want) const { return plan.offsets[static_cast<std::size_t>(want)]; }
    std::size_t tensor_offset(int tensor) const { return offset(want_of_tensor[static_cast<std::size_t>(tensor)]); }
};

/// `graph` is verified and has one input of `feature_count` elements (0: the input is given as it is) and one output; `plans` has one a
/// node, as plan_state() leaves them. Throws base::Error "unsupported" for views of constants.
Layout lay_out(const graph::Graph& graph, std::span<const graph::KernelPlan> plans, std::size_t feature_count,
               std::size_t feature_scratch_bytes, Effort effort = Effort::full);

}  // namespace mote::codegen
