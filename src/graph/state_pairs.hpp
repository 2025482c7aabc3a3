// Streaming models whose state is an input and an output: what the caller would carry from one to the other, the model keeps itself.
#pragma once

#include "graph/import_format.hpp"

#include <map>
#include <string>

namespace mote::graph {

/// Input by output name: each input becomes a variable that starts at real 0 and takes the output's value at the end of every inference;
/// both are ends of the model no more. Where they are the state of a recurrent layer, the layer keeps it. Names are those of the tensors,
/// which TensorFlow's "serving_default_" and ":0" may be left off. Throws base::Error "usage" for names that there are not, and "bad_input"
/// where a pair's shapes or types differ or no output is left.
void keep_state(Imported& model, const std::map<std::string, std::string>& pairs);

/// The pairs that look like a state, input by output: one of each has that shape and type, and no other.
std::map<std::string, std::string> likely_state(const Graph& graph);

/// "left" of "serving_default_left:0".
std::string_view short_name(std::string_view name);

}  // namespace mote::graph
