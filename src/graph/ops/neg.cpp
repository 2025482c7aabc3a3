#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Neg : RealFunction<Neg> {
    static constexpr std::string_view name = "neg", help = "-x";
    static float of(float x) { return -x; }
};

}  // namespace

const Operator& neg() {
    static const Operator op = Lookup<Neg>::describe();
    return op;
}

}  // namespace mote::graph::ops
