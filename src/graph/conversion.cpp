#include "graph/conversion.hpp"

namespace mote::graph {

void verify_conversion(const NodeView& view, int real, int quantised) {
    view.require_type(real, {Type::f32});
    view.require_type(quantised, {Type::i8, Type::i16});
    view.require_outputs({view.input(0).shape});
}

}  // namespace mote::graph
