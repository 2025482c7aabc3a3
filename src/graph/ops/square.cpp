#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Square : RealFunction<Square> {
    static constexpr std::string_view name = "square", help = "x * x";
    static float of(float x) { return x * x; }
};

}  // namespace

const Operator& square() {
    static const Operator op = Lookup<Square>::describe();
    return op;
}

}  // namespace mote::graph::ops
