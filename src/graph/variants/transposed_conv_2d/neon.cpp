#include "graph/phases.hpp"

namespace mote::graph::variants::conv_2d {
const Variant& neon();
}

namespace mote::graph::variants::transposed_conv_2d {

namespace {

bool suits(const Layer& layer) { return suits_in_phases(layer, conv_2d::neon().suits); }

void apply(const Layer& layer, KernelPlan& plan) { use_phases(layer, "vector", conv_2d::neon().apply, plan); }

}  // namespace

const Variant& neon() {
    static const Variant variant{{Isa::neon}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::transposed_conv_2d
