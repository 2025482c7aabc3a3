// The calls of one node as C++ text: typed, compile-time parameters, constant tables, one statement a kernel.
#pragma once

#include "codegen/shared_kernels.hpp"
#include "graph/kernel_call.hpp"

#include <cstddef>
#include <functional>
#include <set>
#include <string>

namespace mote::codegen {

struct CallText {
    std::string constants;   ///< definitions of tables, at namespace scope
    std::string parameters;  ///< definitions of parameters, and of the functions that other nodes use too, at namespace scope
    std::string calls;       ///< statements, a line each
    std::set<std::string> headers;
    std::size_t constant_bytes = 0;
};

/// Where things of a node lie, as C++ expressions.
struct CallPlaces {
    std::string layer;                             ///< identifier that names of the node's constants begin with
    std::function<std::string(int tensor)> input;  ///< pointer to a computed tensor
    std::string output;
    std::string scratch;
};

/// The function that calls share is defined with the first of them.
CallText call_text(const graph::Graph& graph, const graph::KernelPlan& plan, const CallPlaces& places, const SharedKernels& shared = {});

}  // namespace mote::codegen
