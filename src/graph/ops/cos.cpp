#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Cos : RealFunction<Cos> {
    static constexpr std::string_view name = "cos", help = "cosine";
    static float of(float x) { return std::cos(x); }
};

}  // namespace

const Operator& cos() {
    static const Operator op = Lookup<Cos>::describe();
    return op;
}

}  // namespace mote::graph::ops
