// A model that takes or gives uint8: everything in a graph computes on i8, and the ends alone are u8, as the model's file says. What an
// importer read as i8, 128 less than the file's values, gets its end back here.
#pragma once

#include "graph/graph.hpp"

#include <vector>

namespace mote::graph {

/// Makes `tensor`, an i8 graph input or graph output with one scale, a u8 one of the same name and the same reals. A requantise node that
/// reads or writes it does so as u8; where another does, a requantise node stands between, which only flips the highest bit. `followed`
/// are indices of tensors whose values are wanted: the u8 one takes the place of an output that it stands for.
void make_unsigned_input(Graph& graph, int tensor);
void make_unsigned_output(Graph& graph, int tensor, std::vector<int>& followed);

/// The same model with i8 ends: what converts u8 at either end is left out, or an i8 tensor of the same reals takes its place.
Graph with_signed_ends(Graph graph);

}  // namespace mote::graph
