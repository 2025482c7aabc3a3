#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Round : RealFunction<Round> {
    static constexpr std::string_view name = "round", help = "nearest whole number, halves to even";
    static float of(float x) { return std::nearbyint(x); }
};

}  // namespace

const Operator& round() {
    static const Operator op = Lookup<Round>::describe();
    return op;
}

}  // namespace mote::graph::ops
