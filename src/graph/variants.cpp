#include "graph/variants.hpp"

#include <algorithm>

namespace mote::graph {

bool has_variant(std::string_view op, Isa isa) {
    const auto all = variants_of(op);
    return std::any_of(all.begin(), all.end(), [&](IsaSet isas) { return isas.has(isa); });
}

bool has_variant_below(std::string_view op, Isa isa) {
    const auto all = variants_of(op);
    return std::any_of(all.begin(), all.end(), [&](IsaSet isas) { return isas.has_below(isa); });
}

}  // namespace mote::graph
