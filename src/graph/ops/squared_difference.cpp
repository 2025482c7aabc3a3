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
    static void scales(const NodeView& view, rt::nn::BinaryParameters& p) { set_common_scale<double>(view, p, 7, 2); }
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
