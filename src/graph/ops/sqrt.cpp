#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Sqrt : RealFunction<Sqrt> {
    static constexpr std::string_view name = "sqrt", help = "square root";
    static float of(float x) { return std::sqrt(x); }
};

}  // namespace

const Operator& sqrt() {
    static const Operator op = Lookup<Sqrt>::describe();
    return op;
}

}  // namespace mote::graph::ops
