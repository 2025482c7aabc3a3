// Operators with constant weights, on reals or on stored values.
#pragma once

#include "graph/onnx/families.hpp"

namespace mote::graph::onnx {

struct Layer {
    Value x;
    Value weights;
    std::optional<Value> bias;
    std::optional<StoredAs> target;  ///< how the result is stored; none: in f32
};

/// Whether the layer works on stored values; where it does not, x and weights become reals and there is no target. Refuses computed
/// weights.
void decide(Translator& t, Layer& layer);
/// x [1, C, K...] under weights [O, C / groups, K...] with one or two K.
Value convolve(Translator& t, Layer layer, std::int64_t groups, std::vector<WindowAlong> along);
/// The operator's groups, checked against the channels of its input.
std::int64_t groups_of(Translator& t, const std::vector<int>& shape, const std::vector<int>& kernel);

}  // namespace mote::graph::onnx
