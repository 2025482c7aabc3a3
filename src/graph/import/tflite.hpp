// TensorFlow Lite models (.tflite), int8 or float.
#pragma once

#include "graph/graph.hpp"

#include <span>
#include <string_view>

namespace mote::graph {

/// Throws base::Error "bad_input" for a damaged file, "unsupported" naming an operator, type or option that the graph has no counterpart
/// for. The result is verified. `where` names the file in messages.
Graph import_tflite(std::span<const std::byte> bytes, std::string_view where);

}  // namespace mote::graph
