// He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", 2015.
#include "graph/binary.hpp"
#include "mote/rt/nn/prelu/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Prelu {
    static constexpr std::string_view name = "prelu", help = "x, or alpha * x where x is below 0: x, alpha, the smaller repeated";
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale{};
    static float real(float a, float b) { return a >= 0 ? a : a * b; }
    static void check(const NodeView&) {}
    static void scales(const NodeView& view, rt::nn::BinaryParameters& p) {
        const double in = scale_of(view.input(0)), alpha = scale_of(view.input(1)), out = scale_of(view.output());
        const Multiplier above = multiplier_of(in / out), below = multiplier_of(in * alpha / out);
        p.left_multiplier = above.value, p.left_shift = above.shift;
        p.out_multiplier = below.value, p.out_shift = below.shift;
    }
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::prelu_reference(p, a, b, y);
    }
};

}  // namespace

const Operator& prelu() {
    static const Operator op = Binary<Prelu>::describe();
    return op;
}

}  // namespace mote::graph::ops
