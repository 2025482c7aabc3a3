#include "mote/rt/nn/batch_matmul/arm_dsp.hpp"
#include "graph/quantised.hpp"
#include "graph/variants/batch_matmul/catalogue.hpp"

namespace mote::graph::variants::batch_matmul {

namespace {

std::size_t scratch_bytes(const Layer& p) { return static_cast<std::size_t>(rt::nn::matmul_dsp_scratch_bytes(p)); }

bool suits(const Layer& p) {
    return p.depth <= rt::nn::matmul_dsp_most_depth && scratch_bytes(p) <= most_scratch_bytes && p.shift <= -1 && p.shift >= -22 &&
           p.multiplier >= std::int32_t{1} << 30;
}

void apply(const Layer& p, KernelPlan& plan) {
    plan.calls[0].use("batch_matmul", "arm_dsp");
    plan.calls[0].scratch_bytes = scratch_bytes(p);
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::batch_matmul
