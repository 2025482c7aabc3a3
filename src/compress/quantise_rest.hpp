// Post-training quantisation of what a quantised model leaves in floats.
#pragma once

#include "compress/quantise.hpp"

namespace mote::compress {

/// Whether some layers of a model that is quantised elsewhere compute with floats, for which a device has no kernels: last layers of models
/// that ONNX Runtime has quantised do, where no QuantizeLinear stands behind them.
bool leaves_floats(const graph::Graph& graph);

/// The same model with those layers as int8, calibrated with `examples` inputs of the whole model one behind the other; what is quantised
/// already keeps its values, scales and arithmetic, and where a layer reads a stored tensor it takes its scale. An output that such a layer
/// computes becomes int8. Throws base::Error "unsupported" naming the node where floats from several places meet before they are stored
/// again, and what quantise() throws.
graph::Graph quantise_rest(const graph::Graph& graph, std::span<const float> calibration, std::size_t examples,
                           const QuantiseOptions& options = {});

}  // namespace mote::compress
