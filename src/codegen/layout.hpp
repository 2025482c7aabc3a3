// Which memory a model and its features need, when, and where it then lies.
#pragma once

#include "codegen/memory_plan.hpp"
#include "codegen/row_stream.hpp"
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
    std::vector<int> step_of_node;  ///< -1 for a view, which is no call, and for all but the last node of a stream
    int step_count = 0;
    std::vector<int> variables;               ///< tensors, in the order of their wants
    std::size_t state_bytes = 0;              ///< from the arena's beginning on: the variables
    std::vector<int> want_of_tensor;          ///< -1 for a constant; between the layers of a stream, the rows that are held
    std::vector<int> want_of_scratch;         ///< by node; -1 for none
    int features = -1, feature_scratch = -1;  ///< wants; -1 when there is none

    /// Whole units of the arena's alignment.
    std::size_t arena_bytes() const { return (plan.total_bytes + 15) / 16 * 16; }
    std::size_t offset(int want) const { return plan.offsets[static_cast<std::size_t>(want)]; }
    std::size_t tensor_offset(int tensor) const { return offset(want_of_tensor[static_cast<std::size_t>(tensor)]); }
};

/// How the nodes of a graph run: one plan a node, but for those that run together in bands of rows.
struct Kernels {
    std::vector<graph::KernelPlan> plans;
    std::vector<RowStream> streams;  ///< no two of which hold the same node

    const RowStream* stream_of(std::size_t node) const;
};

/// `graph` is verified and has one input of `feature_count` elements and one output (0: its inputs are given as they are); the plans are as
/// plan_state() leaves them. Throws base::Error "unsupported" for views of constants.
Layout lay_out(const graph::Graph& graph, const Kernels& kernels, std::size_t feature_count, std::size_t feature_scratch_bytes,
               Effort effort = Effort::proven);

}  // namespace mote::codegen
