#include "graph/vector.hpp"
#include "graph/variants/dense/catalogue.hpp"

namespace mote::graph::variants::dense {

namespace {

bool suits(const Layer& layer) { return suits_vectors(layer.tables); }

void apply(const Layer& layer, KernelPlan& plan) {
    const auto in_c = static_cast<std::size_t>(layer.parameters.in_c);
    KernelCall& call = plan.calls[0];
    call.use("dense", "vector");
    call.tables = {vector_rows_table(layer.tables)};
    call.scratch_bytes = in_c % 16 == 0 ? 0 : rounded_up(in_c, 16);
}

}  // namespace

const Variant& vector() {
    static const Variant variant{{Isa::helium, Isa::avx2}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::dense
