#include "graph/variants/dense/catalogue.hpp"
#include "graph/vector.hpp"

namespace mote::graph::variants::dense {

const Variant& vector();

namespace {

bool suits(const Layer& layer) { return vector().suits(layer) && suits_neon(layer.tables); }

}  // namespace

const Variant& neon() {
    static const Variant variant{{Isa::neon}, 20, suits, vector().apply};
    return variant;
}

}  // namespace mote::graph::variants::dense
