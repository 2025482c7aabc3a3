// What translates the operators, by the file that holds it; operators.cpp says which ONNX operator each is for.
#pragma once

#include "graph/onnx/translator.hpp"

namespace mote::graph::onnx {

// elementwise.cpp
void relu(Translator& t);
void sigmoid(Translator& t);
void tanh(Translator& t);
void hard_swish(Translator& t);
void leaky_relu(Translator& t);
void elu(Translator& t);
void celu(Translator& t);
void selu(Translator& t);
void gelu(Translator& t);
void hard_sigmoid(Translator& t);
void softsign(Translator& t);
void clip(Translator& t);
void add(Translator& t);
void sub(Translator& t);
void mul(Translator& t);
void div(Translator& t);
void sum(Translator& t);
void minimum(Translator& t);
void maximum(Translator& t);
void mean(Translator& t);
void prelu(Translator& t);
/// relu, relu6 or relu_n1_to_1 of x, in the node before it where that has an activation.
void clamp(Translator& t, const Value& x, const std::string& activation);

// functions.cpp
void absolute(Translator& t);
void ceil(Translator& t);
void cosine(Translator& t);
void error_function(Translator& t);
void exponential(Translator& t);
void floor(Translator& t);
void logarithm(Translator& t);
void mish(Translator& t);
void negate(Translator& t);
void power(Translator& t);
void reciprocal(Translator& t);
void round(Translator& t);
void sine(Translator& t);
void softplus(Translator& t);
void square_root(Translator& t);

// layers.cpp
void convolution(Translator& t);
void transposed_convolution(Translator& t);
void gemm(Translator& t);
void matmul(Translator& t);
void quantised_convolution(Translator& t);
void quantised_matmul(Translator& t);
/// An Add of a constant to a layer without bias becomes its bias; false where it is another addition.
bool add_bias(Translator& t);

// pool.cpp
void average_pool(Translator& t);
void max_pool(Translator& t);
void global_average_pool(Translator& t);
void global_max_pool(Translator& t);

// normalise.cpp
void batch_normalisation(Translator& t);
void layer_normalisation(Translator& t);
void instance_normalisation(Translator& t);
void group_normalisation(Translator& t);
void softmax(Translator& t);

// reduce.cpp
void reduce_mean(Translator& t);
void reduce_sum(Translator& t);
void reduce_max(Translator& t);
void reduce_min(Translator& t);
void reduce_sum_square(Translator& t);
void reduce_l1(Translator& t);

// shape.cpp
void reshape(Translator& t);
void flatten(Translator& t);
void squeeze(Translator& t);
void unsqueeze(Translator& t);
void transpose(Translator& t);
void expand(Translator& t);
void identity(Translator& t);
void dropout(Translator& t);
void cast(Translator& t);

// recurrent.cpp
void lstm(Translator& t);
void gru(Translator& t);

// parts.cpp
void concat(Translator& t);
void split(Translator& t);
void slice(Translator& t);
void gather(Translator& t);
void pad(Translator& t);
void tile(Translator& t);

// blocks.cpp
void depth_to_space(Translator& t);
void space_to_depth(Translator& t);

// resize.cpp
void resize(Translator& t);
void upsample(Translator& t);

// constants.cpp
void constant(Translator& t);
void constant_of_shape(Translator& t);
void shape_of(Translator& t);
void range(Translator& t);
void equal(Translator& t);
void where(Translator& t);
void reduce_product(Translator& t);

// quantise.cpp
void quantise_linear(Translator& t);
void dequantise_linear(Translator& t);

/// A reduction over dimensions of the value's shape.
Value reduced(Translator& t, const std::string& op, const Value& value, const std::vector<int>& axes, bool keep);

/// A part of a settled value along one dimension; a stride of 0 repeats the first value, one below 0 goes backwards.
Value part_along(Translator& t, const Value& x, int axis, int begin, int size, int stride);
/// Values by index along one dimension of a settled value.
Value gathered(Translator& t, const Value& x, int axis, const std::vector<int>& indices);

/// What lies around a padded value: zeros, copies of its edge, or its mirror image.
enum class Edge : std::uint8_t { zero, replicate, reflect };
/// Pads each dimension of the value's shape before and behind; below 0 it is cut. Keeps the order of a settled value.
Value padded(Translator& t, const Value& x, const std::vector<int>& before, const std::vector<int>& behind, Edge edge);

/// How a window lies along one dimension: what ONNX's pads, auto_pad and ceil_mode come to.
struct WindowAlong {
    int kernel = 1, stride = 1, dilation = 1;
    int before = 0, behind = 0;  ///< padding that a window reaches
    int told_behind = 0;         ///< padding behind as the file gives it
    int out = 0;
};
/// Reads kernel_shape, strides, dilations, pads, auto_pad and ceil_mode for the spatial dimensions of `shape`. `kernel` is the weights'.
std::vector<WindowAlong> windows(Translator& t, const std::vector<int>& shape, std::vector<int> kernel);
/// Whether TensorFlow's padding "same" is what the windows have.
bool is_same_padding(const std::vector<WindowAlong>& windows, const std::vector<int>& spatial);

}  // namespace mote::graph::onnx
