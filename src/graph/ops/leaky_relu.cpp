// The int8 arithmetic is that of TensorFlow Lite's reference/leaky_relu.h.
#include "graph/lookup.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct LeakyReluAttributes {
    double alpha = 0.2;
    static constexpr auto fields() {
        return std::make_tuple(base::field("alpha", &LeakyReluAttributes::alpha, "slope below 0").range(-1e6, 1e6));
    }
};

struct LeakyRelu {
    static constexpr std::string_view name = "leaky_relu", help = "x, or alpha * x where x is below 0";
    using Attributes = LeakyReluAttributes;
    static constexpr OutputScale output_scale{};
    static void check(const NodeView&) {}
    static std::function<float(float)> real(const NodeView& view) {
        return [alpha = static_cast<float>(view.attributes<Attributes>().alpha)](float x) { return x > 0 ? x : x * alpha; };
    }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) {
        const auto alpha = static_cast<float>(view.attributes<Attributes>().alpha);
        const float in = scale_of(view.input(0)), out = scale_of(view.output());
        const Multiplier above = multiplier_of(double{in / out});
        Multiplier below = multiplier_of(std::fabs(double{in * alpha / out}));
        if (alpha < 0) below.value = -below.value;
        return [above, below, in_zero = zero_point_of(view.input(0)), out_zero = zero_point_of(view.output())](std::int32_t x) {
            const std::int32_t value = x - in_zero;
            const Multiplier& m = value >= 0 ? above : below;
            return rt::nn::wrapping_add(rt::nn::multiply(value, m.value, m.shift), out_zero);
        };
    }
};

}  // namespace

const Operator& leaky_relu() {
    static const Operator op = Lookup<LeakyRelu>::describe();
    return op;
}

}  // namespace mote::graph::ops
