// The int8 arithmetic is that of TensorFlow Lite's reference/integer_ops/tanh.h: fixed point, not a rounded real function.
#include "graph/fixed_point.hpp"
#include "graph/lookup.hpp"
#include "graph/sigmoid_i16.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Tanh {
    static constexpr std::string_view name = "tanh", help = "hyperbolic tangent";
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale{ScaleRule::fixed, 1.0f / 128, 0};
    static void check(const NodeView&) {}
    static void check_i16(const NodeView& view) { check_sigmoid_i16(view); }
    static std::function<void(Values&)> prepare_i16(const NodeView& view) { return prepare_sigmoid_i16(view, true); }
    static KernelPlan lower_i16(const NodeView& view) { return lower_sigmoid_i16(view, true); }
    static std::function<float(float)> real(const NodeView&) {
        return [](float x) { return std::tanh(x); };
    }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) {
        return [input = fixed_point_input(view)](std::int32_t x) {
            if (input.is_below(x)) return -128;
            if (input.is_above(x)) return 127;
            return rt::nn::rounding_shift_right(rt::nn::tanh_of<4>(input.raw(x)), 24);
        };
    }
};

}  // namespace

const Operator& tanh() {
    static const Operator op = Lookup<Tanh>::describe();
    return op;
}

}  // namespace mote::graph::ops
