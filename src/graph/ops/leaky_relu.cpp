// The int8 arithmetic is that of TensorFlow Lite's reference/leaky_relu.h.
#include "graph/lookup.hpp"
#include "mote/rt/nn/leaky_relu/reference.hpp"

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
    static void check_i16(const NodeView&) {}
    static std::function<void(Values&)> prepare_i16(const NodeView& view) {
        return [p = parameters(view), x = view.input_index(0), y = view.output_index()](Values& values) {
            rt::nn::leaky_relu_reference(p, values.in<std::int16_t>(x), values.out<std::int16_t>(y));
        };
    }
    static KernelPlan lower_i16(const NodeView& view) {
        return {false,
                {reference_call(
                    "leaky_relu", "LeakyReluParameters", parameters(view),
                    {"count", "in_zero_point", "out_zero_point", "multiplier", "shift", "below_multiplier", "below_shift", "low", "high"},
                    {view.input_index(0)})},
                {0},
                {}};
    }
    static std::function<float(float)> real(const NodeView& view) {
        return [alpha = static_cast<float>(view.attributes<Attributes>().alpha)](float x) { return x > 0 ? x : x * alpha; };
    }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) {
        return [p = parameters(view)](std::int32_t x) {
            const auto stored = static_cast<std::int8_t>(x);
            std::int8_t result;
            rt::nn::leaky_relu_reference(p, &stored, &result);
            return std::int32_t{result};
        };
    }

  private:
    /// One value, or all where it is the kernel that goes over them.
    static rt::nn::LeakyReluParameters parameters(const NodeView& view) {
        const auto alpha = static_cast<float>(view.attributes<Attributes>().alpha);
        const float in = scale_of(view.input(0)), out = scale_of(view.output());
        const Multiplier above = multiplier_of(double{in / out});
        Multiplier below = multiplier_of(std::fabs(double{in * alpha / out}));
        if (alpha < 0) below.value = -below.value;
        const bool is_i16 = view.output().type == Type::i16;
        const std::int32_t most = is_i16 ? 32767 : 127, count = is_i16 ? static_cast<std::int32_t>(view.output().count()) : 1;
        return {count,
                zero_point_of(view.input(0)),
                zero_point_of(view.output()),
                above.value,
                above.shift,
                below.value,
                below.shift,
                -most - 1,
                most};
    }
};

}  // namespace

const Operator& leaky_relu() {
    static const Operator op = Lookup<LeakyRelu>::describe();
    return op;
}

}  // namespace mote::graph::ops
