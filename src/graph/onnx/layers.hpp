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
/// Whether the product of two matrices is no layer: both are computed, or one is a constant of several matrices.
bool is_computed_product(Translator& t, const Value& x, const Value& weights);
/// The product of such, each of them turned first where asked; on stored values where both are and `target` says how the result is stored.
Value computed_product(Translator& t, Value x, Value y, bool turn_x, bool turn_y, const std::optional<StoredAs>& target);
/// x [1, C, K...] under weights [O, C / groups, K...] with one or two K.
Value convolve(Translator& t, Layer layer, std::int64_t groups, std::vector<WindowAlong> along);
/// The same for transposed_conv_2d with these attributes, after decide(); weights [O, C, K...].
Value convolve_transposed(Translator& t, Layer layer, base::Json attributes);
/// The operator's groups, checked against the channels of its input.
std::int64_t groups_of(Translator& t, const std::vector<int>& shape, const std::vector<int>& kernel);

}  // namespace mote::graph::onnx
