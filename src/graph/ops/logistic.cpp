// The int8 arithmetic is that of TensorFlow Lite's reference/integer_ops/logistic.h: fixed point, not a rounded real function.
#include "graph/fixed_point.hpp"
#include "graph/float_kernels.hpp"
#include "graph/lookup.hpp"
#include "graph/sigmoid_i16.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct Logistic {
    static constexpr std::string_view name = "logistic", help = "1 / (1 + exp(-x))";
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale{ScaleRule::fixed, 1.0f / 256, -128};
    static void check(const NodeView&) {}
    static void check_i16(const NodeView& view) { check_sigmoid_i16(view); }
    static std::function<void(Values&)> prepare_i16(const NodeView& view) { return prepare_sigmoid_i16(view, false); }
    static KernelPlan lower_i16(const NodeView& view) { return lower_sigmoid_i16(view, false); }
    static std::function<float(float)> real(const NodeView&) { return float_logistic; }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) {
        return [input = fixed_point_input(view)](std::int32_t x) {
            if (input.is_below(x)) return -128;
            if (input.is_above(x)) return 127;
            return rt::nn::rounding_shift_right(rt::nn::logistic_of<4>(input.raw(x)), 23) - 128;
        };
    }
};

}  // namespace

const Operator& logistic() {
    static const Operator op = Lookup<Logistic>::describe();
    return op;
}

}  // namespace mote::graph::ops
