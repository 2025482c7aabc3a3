#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Floor : RealFunction<Floor> {
    static constexpr std::string_view name = "floor", help = "largest whole number that is not above x";
    static float of(float x) { return std::floor(x); }
};

}  // namespace

const Operator& floor() {
    static const Operator op = Lookup<Floor>::describe();
    return op;
}

}  // namespace mote::graph::ops
