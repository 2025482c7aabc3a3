#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Softplus : RealFunction<Softplus> {
    static constexpr std::string_view name = "softplus", help = "log(1 + exp(x))";
    static float of(float x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
};

}  // namespace

const Operator& softplus() {
    static const Operator op = Lookup<Softplus>::describe();
    return op;
}

}  // namespace mote::graph::ops
