// Element-wise functions of reals whose int8 table holds the rounded real results. Such an operator is a struct with
//
//   static constexpr std::string_view name, help;
//   static float of(float x);
#pragma once

#include "graph/lookup.hpp"

namespace mote::graph {

template <class Function>
struct RealFunction {
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale{};
    static void check(const NodeView&) {}
    static std::function<float(float)> real(const NodeView&) { return Function::of; }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) { return rounded_function(view, Function::of); }
};

}  // namespace mote::graph
