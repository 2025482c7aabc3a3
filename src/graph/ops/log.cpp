// On int8 a table of the real function, as in TensorFlow Lite's elementwise.cc.
#include "graph/real_function.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Log : RealFunction<Log> {
    static constexpr std::string_view name = "log", help = "natural logarithm";
    static float of(float x) { return std::log(x); }
};

}  // namespace

const Operator& log() {
    static const Operator op = Lookup<Log>::describe();
    return op;
}

}  // namespace mote::graph::ops
