#include "graph/binary.hpp"
#include "mote/rt/nn/minimum/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Minimum {
    static constexpr std::string_view name = "minimum", help = "the smaller of each two values of two tensors, the smaller tensor repeated";
    using Attributes = NoAttributes;
    static constexpr OutputScale output_scale = shared_scale;
    static float real(float a, float b) { return std::min(a, b); }
    static void check(const NodeView& view) {
        view.require_same_quantisation(0);
        view.require_same_quantisation(1);
    }
    static void scales(const NodeView&, rt::nn::BinaryParameters&) {}
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::minimum_reference(p, a, b, y);
    }
};

}  // namespace

const Operator& minimum() {
    static const Operator op = Binary<Minimum>::describe();
    return op;
}

}  // namespace mote::graph::ops
