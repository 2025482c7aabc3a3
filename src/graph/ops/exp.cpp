// On int8 a table of the real function, as in TensorFlow Lite's elementwise.cc.
#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Exp : RealFunction<Exp> {
    static constexpr std::string_view name = "exp", help = "e to the power of x";
    static float of(float x) { return std::exp(x); }
};

}  // namespace

const Operator& exp() {
    static const Operator op = Lookup<Exp>::describe();
    return op;
}

}  // namespace mote::graph::ops
