// What operators share that give values of their input in another order, or some of them. An operator is a struct with
//
//   static constexpr std::string_view name, help;
//   struct Attributes;
//   static StridedRead read(const NodeView&);      throws where attributes do not fit
#pragma once

#include "graph/operator.hpp"
#include "graph/walk.hpp"
#include "mote/rt/nn/strided_copy/reference.hpp"

namespace mote::graph {

/// The output's shape, and where each of its places is read.
struct StridedRead {
    std::vector<int> shape;
    std::int64_t first = 0;           ///< place of the first value
    std::vector<std::int64_t> steps;  ///< along each dimension of the output
};

rt::nn::StridedCopyParameters strided_copy_parameters(const NodeView& view, const StridedRead& read);
KernelPlan lower_strided_copy(const NodeView& view, const StridedRead& read);
std::function<void(Values&)> prepare_strided_copy(const NodeView& view, const StridedRead& read);

template <class Op>
class StridedCopy {
  public:
    static Operator describe() {
        return {Op::name, Op::help, base::json_schema<typename Op::Attributes>, verify, infer, prepare, no_macs, lower, shared_scale};
    }

  private:
    static std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {Op::read(NodeView(graph, node)).shape}; }
    static void verify(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        view.require_counts(1, 1);
        const StridedRead read = Op::read(view);
        if (view.require_activation_type(0, 1) != Type::f32) view.require_same_quantisation(0);
        (void)strided_copy_parameters(view, read);
        view.require_outputs({read.shape});
    }
    static std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        return prepare_strided_copy(view, Op::read(view));
    }
    static KernelPlan lower(const Graph& graph, const Node& node, Isa) {
        const NodeView view(graph, node);
        return lower_strided_copy(view, Op::read(view));
    }
};

}  // namespace mote::graph
