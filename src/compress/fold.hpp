// Passes that keep what a float graph computes and leave less of it.
#pragma once

#include "graph/graph.hpp"

namespace mote::compress {

/// Batch normalisation right behind a convolution or dense layer that nothing else reads goes into its weights and bias. One behind
/// something else, over [1, H, W, C], becomes a depthwise 1 x 1 convolution, so that it can be quantised; one on the graph's input (or
/// behind nothing but reshapes and batch normalisations from there) stays: it standardises the features.
graph::Graph fold_batch_norm(graph::Graph graph);
/// relu and relu6 right behind a layer, an add or a pool without activation, whose result nothing else reads, become its activation.
graph::Graph fuse_activations(graph::Graph graph);
/// Reshapes to the same shape, pads by nothing and relu behind relu go; readers take what they read instead.
graph::Graph drop_identities(graph::Graph graph);
/// All of these, unused tensors dropped, verified. Outputs stay the same up to rounding.
graph::Graph fold(graph::Graph graph);

/// Whether node `index` belongs to the chain of batch normalisations and reshapes on the graph's input that ends in a batch normalisation.
bool standardises_input(const graph::Graph& graph, std::size_t index);

}  // namespace mote::compress
