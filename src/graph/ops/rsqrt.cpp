// The int8 arithmetic is that of TensorFlow Lite's elementwise.cc: an inverse square root in fixed point, by Newton's method. Values that
// have none give the largest one, as 0 does there.
#include "graph/real_function.hpp"
#include "mote/rt/nn/exponential.hpp"

#include <bit>
#include <cmath>

namespace mote::graph::ops {

namespace {

using rt::nn::doubling_high_multiply;
using rt::nn::saturating_shift_left;

// 1 / sqrt(x) = value * 2^(-31 - shift) (GetInvSqrtQuantizedMultiplierExp of TensorFlow Lite's common.h); x >= 0.
struct InverseRoot {
    std::int32_t value;
    int shift;
};

InverseRoot inverse_root(std::int32_t x) {
    if (x <= 1) return {std::numeric_limits<std::int32_t>::max(), 0};
    int shift = 11;
    for (; x >= 1 << 29; x /= 4) ++shift;
    const int pairs = (std::countl_zero(static_cast<std::uint32_t>(x)) - 1) / 2 - 1;
    shift -= pairs;
    const std::int32_t half = (x << 2 * pairs) >> 1;  // 3 integer bits
    const std::int32_t quarter = rt::nn::rounding_shift_right(half, 1);
    constexpr std::int32_t one = 1 << 28, three_halves = one + one / 2;
    std::int32_t y = one;
    for (int i = 0; i < 5; ++i) {
        const std::int32_t cube = saturating_shift_left(doubling_high_multiply(doubling_high_multiply(y, y), y), 6);
        y = saturating_shift_left(doubling_high_multiply(three_halves, y) - doubling_high_multiply(quarter, cube), 3);
    }
    constexpr std::int32_t half_root_of_two = 1518500250;
    InverseRoot root{doubling_high_multiply(y, half_root_of_two), shift};
    if (root.shift < 0) root.value <<= -root.shift, root.shift = 0;
    return root;
}

struct Rsqrt : RealFunction<Rsqrt> {
    static constexpr std::string_view name = "rsqrt", help = "1 / square root";
    static float of(float x) { return 1.0f / std::sqrt(x); }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) {
        const Multiplier m = multiplier_of(1.0 / static_cast<double>(std::sqrt(scale_of(view.input(0))) * scale_of(view.output())));
        return [m, from = zero_point_of(view.input(0)), to = zero_point_of(view.output())](std::int32_t x) {
            constexpr int bits = 20;
            if (x <= from) return 127;
            const InverseRoot root = inverse_root(x - from);
            const std::int32_t data = rt::nn::multiply(1, root.value, bits - root.shift);
            const int shift = m.shift - bits;
            const std::int32_t value = shift < -31 ? 0 : rt::nn::multiply(data, m.value, shift);
            return rt::nn::wrapping_add(value, to);
        };
    }
};

}  // namespace

const Operator& rsqrt() {
    static const Operator op = Lookup<Rsqrt>::describe();
    return op;
}

}  // namespace mote::graph::ops
