#include "graph/gate_vectors.hpp"
#include "graph/variants/lstm/catalogue.hpp"

namespace mote::graph::variants::lstm {

namespace {

bool suits(const Layer& layer) { return suits_vectors(layer.input) && suits_vectors(layer.state); }

void apply(const Layer& layer, KernelPlan& plan) { use_vector_gates(plan.calls[0], "lstm", layer.input, layer.state); }

}  // namespace

const Variant& vector() {
    static const Variant variant{{Isa::helium, Isa::avx2}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::lstm
