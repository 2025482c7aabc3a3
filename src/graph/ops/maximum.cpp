#include "graph/binary.hpp"
#include "mote/rt/nn/maximum/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Maximum : Choice {
    static constexpr std::string_view name = "maximum", help = "the larger of each two values of two tensors, the smaller tensor repeated";
    static float real(float a, float b) { return std::max(a, b); }
    template <class T>
    static void run(const rt::nn::BinaryParameters& p, const T* a, const T* b, T* y) {
        rt::nn::maximum_reference(p, a, b, y);
    }
};

}  // namespace

const Operator& maximum() {
    static const Operator op = Binary<Maximum>::describe();
    return op;
}

}  // namespace mote::graph::ops
