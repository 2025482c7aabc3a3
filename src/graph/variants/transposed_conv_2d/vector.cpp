#include "graph/phases.hpp"

namespace mote::graph::variants::conv_2d {
const Variant& vector();
}

namespace mote::graph::variants::transposed_conv_2d {

namespace {

bool suits(const Layer& layer) { return suits_in_phases(layer, conv_2d::vector().suits); }

void apply(const Layer& layer, KernelPlan& plan) { use_phases(layer, "vector", conv_2d::vector().apply, plan); }

}  // namespace

const Variant& vector() {
    static const Variant variant{{Isa::helium, Isa::avx2}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::transposed_conv_2d
