#include "graph/gate_vectors.hpp"
#include "graph/variants/svdf/catalogue.hpp"

namespace mote::graph::variants::svdf {

namespace {

bool suits(const Layer& layer) { return suits_vectors(layer.features); }

void apply(const Layer& layer, KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("svdf", "vector");
    call.tables = layer.kernel_tables(vector_gates(layer.features));
    call.scratch_bytes = rounded_up(static_cast<std::size_t>(layer.parameters.in_c), 16);
}

}  // namespace

const Variant& vector() {
    static const Variant variant{{Isa::helium, Isa::avx2}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::svdf
