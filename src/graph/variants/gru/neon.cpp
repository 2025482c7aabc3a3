#include "graph/gate_vectors.hpp"
#include "graph/variants/gru/catalogue.hpp"

namespace mote::graph::variants::gru {

const Variant& vector();

namespace {

bool suits(const Layer& layer) { return vector().suits(layer) && suits_neon(layer.input) && suits_neon(layer.state); }

}  // namespace

const Variant& neon() {
    static const Variant variant{{Isa::neon}, 20, suits, vector().apply};
    return variant;
}

}  // namespace mote::graph::variants::gru
