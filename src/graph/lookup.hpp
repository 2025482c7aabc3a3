// What element-wise functions of one tensor share: on int8 each is a table of 256 results. An operator is a struct with
//
//   static constexpr std::string_view name, help;
//   struct Attributes;
//   static constexpr OutputScale output_scale;
//   static void check(const NodeView&);                                           what i8 asks beside one scale a tensor
//   static std::function<float(float)> real(const NodeView&);
//   static std::function<std::int32_t(std::int32_t)> stored(const NodeView&);     i8 value to i8 value (clamped afterwards)
//
// and, where it is for i16 as well, with a kernel of its own,
//
//   static void check_i16(const NodeView&);
//   static std::function<void(Values&)> prepare_i16(const NodeView&);
//   static KernelPlan lower_i16(const NodeView&);
#pragma once

#include "graph/elementwise.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/lookup/reference.hpp"

#include <algorithm>
#include <array>

namespace mote::graph {

using LookupTable = std::array<std::int8_t, 256>;

/// Table of a real function as TensorFlow Lite's LUTPopulate makes it: in 32-bit floats, halves away from zero.
std::function<std::int32_t(std::int32_t)> rounded_function(const NodeView& view, std::function<float(float)> real);
KernelCall lookup_call(const NodeView& view, const LookupTable& table);
/// Throws unless the i8 output has exactly this scale and zero point.
void require_output_scale(const NodeView& view, const OutputScale& wanted);

template <class Op>
class Lookup {
  public:
    static Operator describe() {
        return {Op::name, Op::help,        base::json_schema<typename Op::Attributes>, verify, infer_same_shape, prepare, no_macs,
                lower,    Op::output_scale};
    }

  private:
    static void verify(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        view.require_counts(1, 1);
        (void)view.attributes<typename Op::Attributes>();
        if (require_type(view) == Type::i8) {
            if (Op::output_scale.rule == ScaleRule::fixed) require_output_scale(view, Op::output_scale);
            Op::check(view);
        }
        view.require_outputs(infer_same_shape(graph, node));
    }

    static constexpr bool takes_i16 = requires { Op::check_i16; };

    static Type require_type(const NodeView& view) {
        if constexpr (takes_i16) {
            const Type type = view.require_activation_type(0, 1);
            if (type == Type::i16) Op::check_i16(view);
            return type;
        } else {
            return view.require_activations(0, 1) ? Type::i8 : Type::f32;
        }
    }

    static LookupTable table(const NodeView& view) {
        const auto function = Op::stored(view);
        LookupTable values;
        for (std::int32_t i = 0; i < 256; ++i)
            values[static_cast<std::size_t>(i)] = static_cast<std::int8_t>(std::clamp(function(i - 128), -128, 127));
        return values;
    }

    static std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
        const NodeView view(graph, node);
        const int in = view.input_index(0), out = view.output_index();
        const std::size_t count = view.output().count();
        if constexpr (takes_i16)
            if (view.input(0).type == Type::i16) return Op::prepare_i16(view);
        if (view.input(0).type == Type::i8)
            return [values_of = table(view), count, in, out](Values& values) {
                rt::nn::lookup_reference({static_cast<std::int32_t>(count)}, values.in<std::int8_t>(in), values_of.data(),
                                         values.out<std::int8_t>(out));
            };
        return [function = Op::real(view), count, in, out](Values& values) {
            std::transform(values.in<float>(in), values.in<float>(in) + count, values.out<float>(out), function);
        };
    }

    static KernelPlan lower(const Graph& graph, const Node& node, Isa) {
        const NodeView view(graph, node);
        if constexpr (takes_i16)
            if (view.input(0).type == Type::i16) return Op::lower_i16(view);
        return {false, {lookup_call(view, table(view))}, {0}, {}};
    }
};

}  // namespace mote::graph
