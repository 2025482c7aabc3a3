// From a tensor's type to the C++ type of its values, for operators that move values without looking at them.
#pragma once

#include "base/error.hpp"
#include "graph/graph.hpp"

namespace mote::graph {

/// function(T()) with T int8_t, int16_t or float. Types of activations only.
template <class Function>
auto by_type(Type type, Function function) {
    switch (type) {
        case Type::i8:
            return function(std::int8_t());
        case Type::i16:
            return function(std::int16_t());
        case Type::f32:
            return function(float());
        default:
            break;
    }
    throw base::Error("internal", std::string(name_of(type)) + " is no type of activations", "verify the graph first");
}

}  // namespace mote::graph
