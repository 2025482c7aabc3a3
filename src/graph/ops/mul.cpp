#include "graph/binary.hpp"
#include "graph/variants/mul/catalogue.hpp"
#include "mote/rt/nn/mul/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Mul {
    static constexpr std::string_view name = "mul", help = "product of two tensors, the smaller repeated";
    using Attributes = ActivationAttributes;
    static constexpr bool takes_i16 = true;
    static constexpr OutputScale output_scale{};
    static float real(float a, float b) { return a * b; }
    static void check(const NodeView&) {}
    static void scales(const NodeView& view, rt::nn::BinaryParameters& p) {
        const Multiplier m =
            multiplier_of(double{scale_of(view.input(0))} * double{scale_of(view.input(1))} / double{scale_of(view.output())});
        p.out_multiplier = m.value, p.out_shift = m.shift;
    }
    static auto variants() { return variants::mul::all(); }
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::mul_reference(p, a, b, y);
    }
};

}  // namespace

const Operator& mul() {
    static const Operator op = Binary<Mul>::describe();
    return op;
}

}  // namespace mote::graph::ops
