#include "graph/binary.hpp"
#include "mote/rt/nn/div/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Div {
    static constexpr std::string_view name = "div", help = "quotient of two tensors, the smaller repeated";
    using Attributes = ActivationAttributes;
    static constexpr OutputScale output_scale{};
    static float real(float a, float b) { return a / b; }
    static void check(const NodeView&) {}
    /// A divisor that is a constant holds no real 0.
    static void check_values(const NodeView& view) {
        const Tensor& divisor = view.input(1);
        if (!divisor.is_constant()) return;
        const auto fail = [&](std::size_t i) {
            view.fail(view.input_index(1), "divides and is 0 at place " + std::to_string(i), "divide by numbers other than 0");
        };
        for (std::size_t i = 0; i < divisor.count(); ++i)
            if (divisor.type == Type::f32 ? divisor.as<float>()[i] == 0 : divisor.as<std::int8_t>()[i] == zero_point_of(divisor)) fail(i);
    }
    static void scales(const NodeView& view, rt::nn::BinaryParameters& p) {
        // 32-bit floats, as in TensorFlow Lite Micro's div.cc.
        const Multiplier m = multiplier_of(double{scale_of(view.input(0)) / (scale_of(view.input(1)) * scale_of(view.output()))});
        p.out_multiplier = m.value, p.out_shift = m.shift;
    }
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::div_reference(p, a, b, y);
    }
};

}  // namespace

const Operator& div() {
    static const Operator op = Binary<Div>::describe();
    return op;
}

}  // namespace mote::graph::ops
