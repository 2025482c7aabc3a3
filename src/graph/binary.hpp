// What element-wise operators of two tensors share. An operator is a struct with
//
//   static constexpr std::string_view name, help;
//   static constexpr std::string_view family;             folder of the kernel in rt/nn/ where that has not the operator's name
//   using Attributes;                                     with or without "activation"
//   static constexpr OutputScale output_scale;
//   static float real(float a, float b);
//   static constexpr bool takes_i16 = true;               where it is for i16 as well
//   static void check(const NodeView&);                   what i8 and i16 ask beside one scale a tensor
//   static void scales(const NodeView&, rt::nn::BinaryParameters&);      multipliers, shifts and unit_bits; zero points are set
//   static auto variants();                               where there are others than the reference kernel, for i8
//   template <class T> static void run(const rt::nn::BinaryParameters&, const T*, const T*, T*);    the kernel in rt/nn/NAME/
#pragma once

#include "graph/elementwise.hpp"
#include "graph/quantised.hpp"
#include "graph/variant.hpp"
#include "graph/walk.hpp"
#include "mote/rt/nn/binary.hpp"

#include <algorithm>

namespace mote::graph {

struct ActivationAttributes {
    std::string activation = "none";
    static constexpr auto fields() {
        return std::make_tuple(
            base::field("activation", &ActivationAttributes::activation, "applied to the result").choices(activation_choices));
    }
};

/// Sizes and steps; nothing else.
rt::nn::BinaryParameters binary_sizes(const NodeView& view);
/// Sizes, steps, zero points and the activation's range; factors are 0.
rt::nn::BinaryParameters binary_parameters(const NodeView& view, std::string_view activation);
KernelCall binary_call(const NodeView& view, const std::string& family, const rt::nn::BinaryParameters& parameters);
/// Inputs of the output's shape may lie where the output lies.
std::vector<std::size_t> binary_overwrites(const NodeView& view);
/// Inputs on one scale twice as coarse as the coarser of theirs, in units of 2^-unit_bits of it; the result is of that scale to the
/// `power`. `Real` is what the counterpart in TensorFlow Lite computes the factors in: their last bits depend on it.
template <class Real>
void set_common_scale(const NodeView& view, rt::nn::BinaryParameters& p, int unit_bits, int power = 1) {
    const Real left = scale_of(view.input(0)), right = scale_of(view.input(1)), out = scale_of(view.output());
    const Real twice = 2 * std::max(left, right), unit = static_cast<Real>(1 << power * unit_bits);
    const Multiplier a = multiplier_of(left / twice), b = multiplier_of(right / twice),
                     c = multiplier_of((power == 2 ? twice * twice : twice) / (unit * out));
    p.unit_bits = unit_bits;
    p.left_multiplier = a.value, p.left_shift = a.shift;
    p.right_multiplier = b.value, p.right_shift = b.shift;
    p.out_multiplier = c.value, p.out_shift = c.shift;
}

/// Bits finer than the coarser scale in which sums are computed, so that they fit 32 bits.
inline int common_bits(const NodeView& view) { return view.input(0).type == Type::i16 ? 15 : 20; }

/// What operators share whose result is one of the two values: no rescaling happens.
struct Choice {
    using Attributes = NoAttributes;
    static constexpr bool takes_i16 = true;
    static constexpr OutputScale output_scale = shared_scale;
    static void check(const NodeView& view) {
        view.require_same_quantisation(0);
        view.require_same_quantisation(1);
    }
    static void scales(const NodeView&, rt::nn::BinaryParameters&) {}
};

template <class Op>
class Binary {
  public:
    static Operator describe() {
        return {Op::name, Op::help, base::json_schema<typename Op::Attributes>, verify, infer, prepare, no_macs, lower, Op::output_scale};
    }

    static rt::nn::BinaryParameters parameters(const NodeView& view) {
        rt::nn::BinaryParameters p = binary_parameters(view, activation(view));
        Op::scales(view, p);
        return p;
    }

    static std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        const int left = view.input_index(0), right = view.input_index(1), out = view.output_index();
        if (view.input(0).type == Type::i8) return prepare_as<std::int8_t>(view);
        if (view.input(0).type == Type::i16) return prepare_as<std::int16_t>(view);
        return [p = binary_sizes(view), clamp = clamp_of(activation(view)), left, right, out](Values& values) {
            const float* a = values.in<float>(left);
            const float* b = values.in<float>(right);
            float* y = values.out<float>(out);
            rt::nn::walk_pairs(
                p, [&](std::int32_t l, std::int32_t r) { *y++ = std::min(std::max(Op::real(a[l], b[r]), clamp.low), clamp.high); });
        };
    }

    static KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
        const NodeView view(graph, node);
        const rt::nn::BinaryParameters p = parameters(view);
        KernelPlan reference{false, {binary_call(view, family(), p)}, binary_overwrites(view), {}};
        if constexpr (requires { Op::variants(); })
            if (view.input(0).type == Type::i8) return with_variants(std::move(reference), Op::variants(), isa, p);
        return reference;
    }

  private:
    static std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {broadcast_shape(NodeView(graph, node))}; }

    static void verify(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        view.require_counts(2, 2);
        (void)view.attributes<typename Op::Attributes>();
        const auto shapes = infer(graph, node);
        if constexpr (requires { Op::takes_i16; })
            (void)view.require_activation_type(0, 2);
        else
            (void)view.require_activations(0, 2);
        if (view.input(0).type != Type::f32) Op::check(view);
        if constexpr (requires { Op::check_values(view); }) Op::check_values(view);
        (void)broadcast_walk(view);
        view.require_outputs(shapes);
    }

    template <class T>
    static std::function<void(Values&)> prepare_as(const NodeView& view) {
        return [p = parameters(view), left = view.input_index(0), right = view.input_index(1), out = view.output_index()](Values& values) {
            Op::template run<T>(p, values.in<T>(left), values.in<T>(right), values.out<T>(out));
        };
    }

    static std::string family() {
        if constexpr (requires { Op::family; })
            return std::string(Op::family);
        else
            return std::string(Op::name);
    }
    static std::string activation(const NodeView& view) {
        const auto attributes = view.attributes<typename Op::Attributes>();
        if constexpr (requires { attributes.activation; })
            return attributes.activation;
        else
            return "none";
    }
};

}  // namespace mote::graph
