#include "graph/variants/max_pool_2d/catalogue.hpp"

namespace mote::graph::variants::max_pool_2d {

namespace {

bool suits(const Layer&) { return true; }

void apply(const Layer&, KernelPlan& plan) { plan.calls[0].use("max_pool_2d", "helium"); }

}  // namespace

const Variant& helium() {
    static const Variant variant{{Isa::helium}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::max_pool_2d
