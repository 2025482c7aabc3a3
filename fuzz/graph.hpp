// What must hold for every graph that a parser of models accepts.
#pragma once

#include "graph/operator.hpp"

namespace mote::fuzz {

/// It can be written as a model file and, when it is small, run.
inline void require_usable(const graph::Graph& graph) {
    (void)graph::serialise(graph);
    std::size_t input = 0, all = 0;
    for (const int i : graph.inputs) input += graph.tensors[static_cast<std::size_t>(i)].size_bytes();
    for (const graph::Tensor& t : graph.tensors) all += t.size_bytes();
    if (all > (1u << 22) || graph::count_macs(graph) > 1'000'000) return;
    const base::Bytes zeros(input);
    graph::Evaluator evaluator(graph);
    (void)evaluator.run(zeros);
}

}  // namespace mote::fuzz
