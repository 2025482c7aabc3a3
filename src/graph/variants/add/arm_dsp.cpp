#include "graph/variants/add/catalogue.hpp"

namespace mote::graph::variants::add {

namespace {

bool suits(const Layer& p) {
    const auto within = [](std::int32_t shift, std::int32_t most) { return shift >= -22 && shift <= most; };
    const auto normal = [](std::int32_t multiplier) { return multiplier >= std::int32_t{1} << 30; };
    return within(p.left_shift, 0) && within(p.right_shift, 0) && within(p.out_shift, -1) && normal(p.left_multiplier) &&
           normal(p.right_multiplier) && normal(p.out_multiplier);
}

void apply(const Layer&, KernelPlan& plan) { plan.calls[0].use("add", "arm_dsp"); }

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::add
