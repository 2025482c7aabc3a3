#include "graph/binary.hpp"
#include "mote/rt/nn/minimum/reference.hpp"

namespace mote::graph::ops {

namespace {

struct Minimum : Choice {
    static constexpr std::string_view name = "minimum", help = "the smaller of each two values of two tensors, the smaller tensor repeated";
    static float real(float a, float b) { return std::min(a, b); }
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
