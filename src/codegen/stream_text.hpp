// A stream of rows as C++ text: a loop over like bands, and the bands at either end by themselves.
#pragma once

#include "codegen/call_text.hpp"
#include "codegen/layout.hpp"
#include "codegen/row_stream.hpp"

#include <string>

namespace mote::codegen {

/// `scratch` is the expression for the stream's scratch memory; `names` gives each layer an identifier.
CallText stream_text(const graph::Graph& graph, const RowStream& stream, const Layout& layout, const std::string& scratch,
                     Identifiers& names, Common& shared);

}  // namespace mote::codegen
