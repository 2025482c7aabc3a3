// The calls of one node as C++ text: typed, compile-time parameters, constant tables, one statement a kernel.
#pragma once

#include "codegen/shared_kernels.hpp"
#include "codegen/source_text.hpp"
#include "graph/graph.hpp"
#include "graph/kernel_call.hpp"

#include <cstddef>
#include <functional>
#include <map>
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
    std::function<std::string(int tensor)> input;  ///< pointer to a computed tensor
    std::string output;
    std::string scratch;
};

/// What the layers of a model have in common.
struct Common {
    SharedKernels kernels;
    std::map<std::string, std::string> tables;  ///< names of the constants that are defined so far, by type and content
};

/// The calls of one layer, which may be made several times over other rows. Tables of the same content are defined once in a model: a layer
/// that a converter has unrolled has its weights once.
class LayerText {
  public:
    /// Names of constants begin with `layer`, an identifier; the function that calls share is defined with the first of them.
    LayerText(const graph::Graph& graph, std::string layer, Common& shared);

    /// The statement that makes the call, a line or more.
    std::string call(const graph::KernelCall& call, const CallPlaces& places);
    /// Constants, parameters and headers of all calls so far; `calls` is empty.
    const CallText& text() const { return text_; }

  private:
    std::string table(const graph::KernelTable& table);
    std::string object_of(const graph::KernelCall& call, const SharedKernel* shared);

    const graph::Graph& graph_;
    std::string layer_;
    Common& shared_;
    Identifiers names_;  ///< a node of several calls has "weights", "weights_2", ...
    CallText text_;
    std::map<const graph::KernelCall*, std::string> objects_;
};

/// The place `offset`, an expression, in the arena as a pointer of the tensor's type.
std::string typed_place(const graph::Graph& graph, int tensor, const std::string& offset);

/// A layer whose calls are made once.
CallText call_text(const graph::Graph& graph, const graph::KernelPlan& plan, const std::string& layer, const CallPlaces& places,
                   Common& shared);

}  // namespace mote::codegen
