#include "mote/rt/nn/batch_matmul/vector.hpp"
#include "graph/quantised.hpp"
#include "graph/variants/batch_matmul/catalogue.hpp"

namespace mote::graph::variants::batch_matmul {

namespace {

std::size_t scratch_bytes(const Layer& p) { return static_cast<std::size_t>(rt::nn::matmul_vector_scratch_bytes(p)); }

bool suits(const Layer& p) { return scratch_bytes(p) <= most_scratch_bytes && p.shift <= -1 && p.shift >= -31; }

void apply(const Layer& p, KernelPlan& plan) {
    plan.calls[0].use("batch_matmul", "vector");
    plan.calls[0].scratch_bytes = scratch_bytes(p);
}

}  // namespace

const Variant& vector() {
    static const Variant variant{{Isa::helium, Isa::neon, Isa::avx2}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::batch_matmul
