#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Ceil : RealFunction<Ceil> {
    static constexpr std::string_view name = "ceil", help = "smallest whole number that is not below x";
    static float of(float x) { return std::ceil(x); }
};

}  // namespace

const Operator& ceil() {
    static const Operator op = Lookup<Ceil>::describe();
    return op;
}

}  // namespace mote::graph::ops
