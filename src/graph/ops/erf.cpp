#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Erf : RealFunction<Erf> {
    static constexpr std::string_view name = "erf", help = "error function, of which gelu is made in older exports";
    static float of(float x) { return std::erf(x); }
};

}  // namespace

const Operator& erf() {
    static const Operator op = Lookup<Erf>::describe();
    return op;
}

}  // namespace mote::graph::ops
