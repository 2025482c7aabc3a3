#include "graph/variants/average_pool_2d/catalogue.hpp"

namespace mote::graph::variants::average_pool_2d {

namespace {

bool suits(const Layer& p) { return p.kernel_h <= 64 && p.kernel_w <= 64; }

void apply(const Layer&, KernelPlan& plan) { plan.calls[0].use("average_pool_2d", "helium"); }

}  // namespace

const Variant& helium() {
    static const Variant variant{{Isa::helium}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::average_pool_2d
