#include "graph/groups.hpp"

namespace mote::graph::variants::conv_2d {

const Variant& vector();

namespace {

bool suits(const Layer& layer) { return suits_in_groups(layer, vector().suits); }

void apply(const Layer& layer, KernelPlan& plan) { use_groups(layer, "groups_vector", vector().apply, plan); }

}  // namespace

const Variant& groups_vector() {
    static const Variant variant{{Isa::helium, Isa::avx2}, 19, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
