// The int8 arithmetic is that of TensorFlow Lite's elementwise.cc.
#include "graph/real_function.hpp"

#include <cmath>
#include <cstdlib>

namespace mote::graph::ops {

namespace {

struct Abs : RealFunction<Abs> {
    static constexpr std::string_view name = "abs", help = "x without its sign";
    static float of(float x) { return std::fabs(x); }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) {
        const Multiplier m = multiplier_of(double{scale_of(view.input(0)) / scale_of(view.output())});
        return [m, from = zero_point_of(view.input(0)), to = zero_point_of(view.output())](std::int32_t x) {
            return rt::nn::wrapping_add(rt::nn::multiply(std::abs(x - from), m.value, m.shift), to);
        };
    }
};

}  // namespace

const Operator& abs() {
    static const Operator op = Lookup<Abs>::describe();
    return op;
}

}  // namespace mote::graph::ops
