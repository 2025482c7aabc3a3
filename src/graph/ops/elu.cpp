// Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2015. On int8 a table of the
// real function, as in TensorFlow Lite Micro's elu.cc.
#include "graph/lookup.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Elu {
    static constexpr std::string_view name = "elu", help = "x, or exp(x) - 1 where x is below 0";
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale{};
    static void check(const NodeView&) {}
    static std::function<float(float)> real(const NodeView&) {
        return [](float x) { return x < 0 ? std::expm1(x) : x; };
    }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) { return rounded_function(view, real(view)); }
};

}  // namespace

const Operator& elu() {
    static const Operator op = Lookup<Elu>::describe();
    return op;
}

}  // namespace mote::graph::ops
