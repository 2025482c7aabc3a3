#include "graph/binary.hpp"
#include "mote/rt/nn/squared_difference/reference.hpp"

namespace mote::graph::ops {

namespace {

struct SquaredDifference {
    static constexpr std::string_view name = "squared_difference", help = "square of the difference of two tensors, the smaller repeated";
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale{};
    static float real(float a, float b) { return (a - b) * (a - b); }
    static void check(const NodeView&) {}
    static void scales(const NodeView& view, rt::nn::BinaryParameters& p) {
        const double left = scale_of(view.input(0)), right = scale_of(view.input(1)), twice = 2 * std::max(left, right);
        p.unit_bits = 7;
        const Multiplier a = multiplier_of(left / twice), b = multiplier_of(right / twice),
                         c = multiplier_of(twice * twice / (double{1 << 14} * double{scale_of(view.output())}));
        p.left_multiplier = a.value, p.left_shift = a.shift;
        p.right_multiplier = b.value, p.right_shift = b.shift;
        p.out_multiplier = c.value, p.out_shift = c.shift;
    }
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::squared_difference_reference(p, a, b, y);
    }
};

}  // namespace

const Operator& squared_difference() {
    static const Operator op = Binary<SquaredDifference>::describe();
    return op;
}

}  // namespace mote::graph::ops
