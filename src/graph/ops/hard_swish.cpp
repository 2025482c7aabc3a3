// The int8 arithmetic is that of TensorFlow Lite's reference/hard_swish.h: 16-bit fixed point.
#include "graph/lookup.hpp"

namespace mote::graph::ops {

namespace {

struct Factor {
    std::int32_t value = 0;  ///< factor = value * 2^(exponent - 15)
    int exponent = 0;
};

Factor factor_of(double factor) {
    const Multiplier m = multiplier_of(factor);
    constexpr std::int32_t half = 1 << 15;
    return {m.value >= std::numeric_limits<std::int32_t>::max() - half ? 32767 : (m.value + half) >> 16, m.shift};
}

std::int32_t saturated(std::int64_t x) { return static_cast<std::int32_t>(std::clamp<std::int64_t>(x, -32768, 32767)); }

// A 16-bit saturating rounding doubling high multiply; b >= 0.
std::int32_t high_multiply(std::int32_t a, std::int32_t b) { return saturated((a * b + (1 << 14)) >> 15); }

std::int32_t shifted_right(std::int32_t x, int exponent) { return exponent > 15 ? 0 : rt::nn::rounding_shift_right(x, exponent); }

struct Scales {
    std::int32_t in_zero_point = 0, out_zero_point = 0;
    Factor output;  ///< from 1/128 of an input step to output steps
    Factor gate;    ///< from 1/128 of an input step to 3 / 32768
};

Scales scales_of(const NodeView& view) {
    const float fine = (1.0f / 128.0f) * scale_of(view.input(0));
    return {zero_point_of(view.input(0)), zero_point_of(view.output()), factor_of(double{fine / scale_of(view.output())}),
            factor_of(double{fine / (3.0f / 32768.0f)})};
}

// min(max(x, -3), 3) / 3 with 15 fraction bits, for x in 1/128 of input steps.
std::int32_t gate_of(std::int32_t x, const Factor& gate) {
    std::int32_t value = x;
    if (gate.exponent > 0) value = saturated(std::int64_t{value} << (gate.exponent - 1));
    value = high_multiply(value, gate.value);
    if (gate.exponent > 0) value = saturated(std::int64_t{value} * 2);
    return gate.exponent < 0 ? shifted_right(value, -gate.exponent) : value;
}

struct HardSwish {
    static constexpr std::string_view name = "hard_swish", help = "x * min(max(x + 3, 0), 6) / 6";
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale{};
    static void check(const NodeView& view) {
        if (scales_of(view).output.exponent > 0)
            view.fail(view.output_index(), "has a scale below 1/128 of the input's", "quantise the output with a larger scale");
    }
    static std::function<float(float)> real(const NodeView&) {
        return [](float x) { return x * std::min(std::max(x + 3.0f, 0.0f), 6.0f) / 6.0f; };
    }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) {
        return [s = scales_of(view)](std::int32_t x) {
            const std::int32_t fine = (x - s.in_zero_point) * 128;
            const std::int32_t zero_to_one = (gate_of(fine, s.gate) + (1 << 15)) >> 1;
            const std::int32_t product = zero_to_one * high_multiply(fine, s.output.value) / (1 << 15);
            return shifted_right(product, -s.output.exponent) + s.out_zero_point;
        };
    }
};

}  // namespace

const Operator& hard_swish() {
    static const Operator op = Lookup<HardSwish>::describe();
    return op;
}

}  // namespace mote::graph::ops
