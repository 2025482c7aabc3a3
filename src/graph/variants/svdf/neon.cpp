#include "graph/gate_vectors.hpp"
#include "graph/variants/svdf/catalogue.hpp"

namespace mote::graph::variants::svdf {

const Variant& vector();

namespace {

bool suits(const Layer& layer) { return vector().suits(layer) && suits_neon(layer.features); }

}  // namespace

const Variant& neon() {
    static const Variant variant{{Isa::neon}, 20, suits, vector().apply};
    return variant;
}

}  // namespace mote::graph::variants::svdf
