#include "graph/variants/mul/catalogue.hpp"

namespace mote::graph::variants::mul {

namespace {

bool suits(const Layer& p) { return is_shifted_right(p, 22); }

void apply(const Layer&, KernelPlan& plan) { plan.calls[0].use("mul", "arm_dsp"); }

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::mul
