// What reductions share. An operator is a struct with
//
//   static constexpr std::string_view name, help, family;     family: the kernel in rt/nn/FAMILY/
//   static constexpr OutputScale output_scale;
//   static float start();  static float next(float, float);  static float finish(float, float count);
//   static Multiplier factor(const NodeView&, std::int64_t count);
//   template <class T> static void run(const rt::nn::ReduceParameters&, const T*, T*);
#pragma once

#include "graph/by_type.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/reduce.hpp"

namespace mote::graph {

struct ReduceAttributes {
    std::vector<int> axes;
    bool keep_dims = false;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("axes", &ReduceAttributes::axes, "dimensions that become one value").range(-8, 7).required(),
                               field("keep_dims", &ReduceAttributes::keep_dims, "keep them with size 1"));
    }
};

std::vector<int> reduced_shape(const NodeView& view);
/// Sizes and steps; throws when kept and reduced dimensions take turns more than three times.
rt::nn::ReduceParameters reduce_sizes(const NodeView& view);
/// Values that become one.
std::int64_t reduced_count(const rt::nn::ReduceParameters& p);
KernelCall reduce_call(const NodeView& view, const std::string& family, const rt::nn::ReduceParameters& p);

template <class Op>
class Reduce {
  public:
    static Operator describe() {
        return {Op::name, Op::help, base::json_schema<ReduceAttributes>, verify, infer, prepare, no_macs, lower, Op::output_scale};
    }

  private:
    static std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {reduced_shape(NodeView(graph, node))}; }

    static void verify(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        view.require_counts(1, 1);
        const bool real = view.require_activation_type(0, 1) == Type::f32;
        if (!real && Op::output_scale.rule == ScaleRule::shared) view.require_same_quantisation(0);
        view.require_outputs(infer(graph, node));
        (void)reduce_sizes(view);
    }

    static rt::nn::ReduceParameters parameters(const NodeView& view) {
        rt::nn::ReduceParameters p = reduce_sizes(view);
        p.in_zero_point = zero_point_of(view.input(0)), p.out_zero_point = zero_point_of(view.output());
        const Multiplier m = Op::factor(view, reduced_count(p));
        p.multiplier = m.value, p.shift = m.shift;
        return p;
    }

    static std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        const int x = view.input_index(0), y = view.output_index();
        if (view.input(0).type == Type::f32)
            return [p = reduce_sizes(view), x, y](Values& values) {
                const auto count = static_cast<float>(reduced_count(p));
                rt::nn::reduce(p, values.in<float>(x), values.out<float>(y), Op::start(), Op::next,
                               [&](float v) { return Op::finish(v, count); });
            };
        return by_type(view.input(0).type, [&](auto value) -> std::function<void(Values&)> {
            using T = decltype(value);
            if constexpr (std::is_same_v<T, float>)
                return {};
            else
                return [p = parameters(view), x, y](Values& values) { Op::template run<T>(p, values.in<T>(x), values.out<T>(y)); };
        });
    }

    static KernelPlan lower(const Graph& graph, const Node& node, Isa) {
        const NodeView view(graph, node);
        return {false, {reduce_call(view, std::string(Op::family), parameters(view))}, {}, {}};
    }
};

}  // namespace mote::graph
