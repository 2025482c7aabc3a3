#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Sin : RealFunction<Sin> {
    static constexpr std::string_view name = "sin", help = "sine";
    static float of(float x) { return std::sin(x); }
};

}  // namespace

const Operator& sin() {
    static const Operator op = Lookup<Sin>::describe();
    return op;
}

}  // namespace mote::graph::ops
