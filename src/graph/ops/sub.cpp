#include "graph/binary.hpp"
#include "mote/rt/nn/sub/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Sub {
    static constexpr std::string_view name = "sub", help = "difference of two tensors, the smaller repeated";
    using Attributes = ActivationAttributes;
    static constexpr bool takes_i16 = true;
    static constexpr OutputScale output_scale{};
    static float real(float a, float b) { return a - b; }
    static void check(const NodeView&) {}
    static void scales(const NodeView& view, rt::nn::BinaryParameters& p) { set_common_scale<float>(view, p, common_bits(view)); }
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::sub_reference(p, a, b, y);
    }
};

}  // namespace

const Operator& sub() {
    static const Operator op = Binary<Sub>::describe();
    return op;
}

}  // namespace mote::graph::ops
