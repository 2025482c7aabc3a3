// The operators of ONNX that are read, with the opsets in which their meaning is known. Where an operator was changed on the way, its
// translation looks at the opset or at where a parameter is given, as an attribute or as an input. "true": of constants alone.
#include "graph/onnx/families.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace mote::graph::onnx {

namespace {

constexpr int now = newest_opset;

constexpr auto entries = std::to_array<OperatorEntry>({
    {"Abs", 6, now, absolute},
    {"Add", 6, now, add},
    {"AveragePool", 1, now, average_pool},
    {"BatchNormalization", 6, now, batch_normalisation},
    {"Cast", 6, now, cast},
    {"Ceil", 6, now, ceil},
    {"Celu", 12, now, celu},
    {"Clip", 6, now, clip},
    {"Concat", 6, now, concat},
    {"Constant", 1, now, constant, true},
    {"ConstantOfShape", 9, now, constant_of_shape, true},
    {"Conv", 1, now, convolution},
    {"ConvTranspose", 1, now, transposed_convolution},
    {"Cos", 7, now, cosine},
    {"DepthToSpace", 1, now, depth_to_space},
    {"DequantizeLinear", 10, now, dequantise_linear},
    {"Div", 6, now, div},
    {"Dropout", 6, now, dropout},
    {"Elu", 6, now, elu},
    {"Equal", 7, now, equal, true},
    {"Erf", 9, now, error_function},
    {"Exp", 6, now, exponential},
    {"Expand", 8, now, expand},
    {"Flatten", 1, now, flatten},
    {"Floor", 6, now, floor},
    {"GRU", 3, now, gru},
    {"Gather", 6, now, gather},
    {"Gelu", 20, now, gelu},
    {"Gemm", 6, now, gemm},
    {"GlobalAveragePool", 1, now, global_average_pool},
    {"GlobalMaxPool", 1, now, global_max_pool},
    {"GroupNormalization", 18, now, group_normalisation},
    {"HardSigmoid", 6, now, hard_sigmoid},
    {"HardSwish", 14, now, hard_swish},
    {"Identity", 6, now, identity},
    {"InstanceNormalization", 6, now, instance_normalisation},
    {"LayerNormalization", 17, now, layer_normalisation},
    {"LSTM", 1, now, lstm},
    {"LeakyRelu", 6, now, leaky_relu},
    {"Log", 6, now, logarithm},
    {"MatMul", 6, now, matmul},
    {"Max", 6, now, maximum},
    {"MaxPool", 1, now, max_pool},
    {"Mean", 6, now, mean},
    {"Min", 6, now, minimum},
    {"Mish", 18, now, mish},
    {"Mul", 6, now, mul},
    {"Neg", 6, now, negate},
    {"PRelu", 6, now, prelu},
    {"Pad", 6, now, pad},
    {"Pow", 6, now, power},
    {"QLinearConv", 10, now, quantised_convolution},
    {"QLinearMatMul", 10, now, quantised_matmul},
    {"QuantizeLinear", 10, now, quantise_linear},
    {"Range", 11, now, range, true},
    {"Reciprocal", 6, now, reciprocal},
    {"ReduceL1", 6, now, reduce_l1},
    {"ReduceMax", 6, now, reduce_max},
    {"ReduceMean", 6, now, reduce_mean},
    {"ReduceMin", 6, now, reduce_min},
    {"ReduceProd", 6, now, reduce_product, true},
    {"ReduceSum", 6, now, reduce_sum},
    {"ReduceSumSquare", 6, now, reduce_sum_square},
    {"Relu", 6, now, relu},
    {"Reshape", 6, now, reshape},
    {"Resize", 10, now, resize},
    {"Round", 11, now, round},
    {"Selu", 6, now, selu},
    {"Shape", 1, now, shape_of, true},
    {"Sigmoid", 6, now, sigmoid},
    {"Sin", 7, now, sine},
    {"Slice", 6, now, slice},
    {"Softmax", 6, now, softmax},
    {"Softplus", 1, now, softplus},
    {"Softsign", 1, now, softsign},
    {"SpaceToDepth", 1, now, space_to_depth},
    {"Split", 6, now, split},
    {"Sqrt", 6, now, square_root},
    {"Squeeze", 6, now, squeeze},
    {"Sub", 6, now, sub},
    {"Sum", 6, now, sum},
    {"Tanh", 6, now, tanh},
    {"Tile", 6, now, tile},
    {"Transpose", 1, now, transpose},
    {"Unsqueeze", 6, now, unsqueeze},
    {"Upsample", 6, 9, upsample},
    {"Where", 9, now, where, true},
});

struct Advice {
    const char* op_type;
    const char* text;
};

/// What comes nearest by its meaning.
constexpr auto advice = std::to_array<Advice>({
    {"Acosh", "use a table computed beforehand (Gather), or leave it to the program"},
    {"Acos", "use a table computed beforehand (Gather), or leave it to the program"},
    {"And", "leave it to the program"},
    {"ArgMax", "end the model with the scores and take the largest in the program"},
    {"ArgMin", "end the model with the values and take the smallest in the program"},
    {"Asinh", "use a table computed beforehand (Gather), or leave it to the program"},
    {"Asin", "use a table computed beforehand (Gather), or leave it to the program"},
    {"Atanh", "use a table computed beforehand (Gather), or leave it to the program"},
    {"Atan", "use Tanh where its shape is what counts, or leave the angle to the program"},
    {"Attention", "write it as MatMul, Mul, Softmax and MatMul, which are read: export with an opset below 23"},
    {"Bernoulli", "export the model for inference, where it is not there"},
    {"BitShift", "leave it to the program"},
    {"BitwiseAnd", "leave it to the program"},
    {"BitwiseNot", "leave it to the program"},
    {"BitwiseOr", "leave it to the program"},
    {"BitwiseXor", "leave it to the program"},
    {"CastLike", "use Cast"},
    {"Compress", "use Slice with constant bounds, or Gather with constant indices"},
    {"ConcatFromSequence", "use Concat: sequences have no counterpart"},
    {"ConvInteger", "use QuantizeLinear and DequantizeLinear around Conv (QDQ)"},
    {"Cosh", "use a table computed beforehand (Gather), or leave it to the program"},
    {"CumSum", "use MatMul with a constant triangular matrix"},
    {"DFT", "use MatMul with constant matrices of cosines and sines, or a signal processing block of the project"},
    {"DeformConv", "use Conv: where it samples cannot be computed here"},
    {"DynamicQuantizeLinear", "use static quantisation, which fixes scales when it is done"},
    {"Einsum", "write it as MatMul, with Transpose and Reshape around it"},
    {"Equal", "leave comparisons to the program"},
    {"EyeLike", "make it a constant"},
    {"GatherElements", "use Gather with constant indices along one axis"},
    {"GatherND", "use Gather with constant indices along one axis, or Slice"},
    {"GlobalLpPool", "use GlobalAveragePool or GlobalMaxPool"},
    {"GreaterOrEqual", "leave comparisons to the program, or use Relu or Clip where the result is multiplied"},
    {"Greater", "leave comparisons to the program, or use Relu or Clip where the result is multiplied"},
    {"GridSample", "use Resize: where it samples cannot be computed here"},
    {"Hardmax", "end the model with the scores and take the largest in the program"},
    {"If", "export one branch: control flow has no counterpart"},
    {"IsInf", "leave it to the program"},
    {"IsNaN", "leave it to the program"},
    {"LRN", "use BatchNormalization, which folds into the layer before it"},
    {"LessOrEqual", "leave comparisons to the program, or use Relu or Clip where the result is multiplied"},
    {"Less", "leave comparisons to the program, or use Relu or Clip where the result is multiplied"},
    {"LogSoftmax", "end the model with Softmax, or without it"},
    {"Loop", "unroll it: control flow has no counterpart"},
    {"LpNormalization", "use Div by the Sqrt of ReduceSumSquare"},
    {"LpPool", "use AveragePool or MaxPool"},
    {"MatMulInteger", "use QuantizeLinear and DequantizeLinear around MatMul (QDQ)"},
    {"MaxRoiPool", "use MaxPool over the whole map"},
    {"MaxUnpool", "use Resize or ConvTranspose"},
    {"MeanVarianceNormalization", "use InstanceNormalization or LayerNormalization"},
    {"MelWeightMatrix", "make it a constant, or use a signal processing block of the project"},
    {"Mod", "leave it to the program"},
    {"Multinomial", "end the model with the scores and draw in the program"},
    {"NonMaxSuppression", "end the model with boxes and scores, and choose among them in the program"},
    {"NonZero", "leave it to the program: the size of its result is not known beforehand"},
    {"Not", "leave it to the program"},
    {"OneHot", "use Gather from a constant identity matrix"},
    {"Or", "leave it to the program"},
    {"QLinearAdd", "use QuantizeLinear and DequantizeLinear around Add (QDQ)"},
    {"RMSNormalization", "write it as ReduceMean of squares, Sqrt and Div: export with an opset below 23"},
    {"RNN", "use LSTM or GRU"},
    {"RandomNormalLike", "export the model for inference, where it is not there"},
    {"RandomNormal", "export the model for inference, where it is not there"},
    {"RandomUniformLike", "export the model for inference, where it is not there"},
    {"RandomUniform", "export the model for inference, where it is not there"},
    {"Range", "export the model with fixed shapes"},
    {"ReduceL2", "use Sqrt of ReduceSumSquare"},
    {"ReduceLogSumExp", "use Log of ReduceSum of Exp"},
    {"ReduceLogSum", "use Log of ReduceSum"},
    {"ReduceProd", "use Mul"},
    {"ReverseSequence", "use Slice with a step of -1"},
    {"RoiAlign", "use Resize or AveragePool over the whole map"},
    {"RotaryEmbedding", "write it as Mul and Add with constant cosines and sines: export with an opset below 23"},
    {"STFT", "use Conv with constant windows of cosines and sines, or a signal processing block of the project"},
    {"Scan", "unroll it, or use LSTM or GRU: control flow has no counterpart"},
    {"ScatterElements", "use Concat of the parts"},
    {"ScatterND", "use Concat of the parts"},
    {"Scatter", "use Concat of the parts"},
    {"SequenceAt", "use Slice of a tensor: sequences have no counterpart"},
    {"SequenceConstruct", "use Concat: sequences have no counterpart"},
    {"Shrink", "use Sub and Relu"},
    {"Sign", "use Clip of the value times a large constant"},
    {"Sinh", "use a table computed beforehand (Gather), or leave it to the program"},
    {"Size", "export the model with fixed shapes"},
    {"SplitToSequence", "use Split: sequences have no counterpart"},
    {"StringNormalizer", "leave texts to the program"},
    {"Swish", "write it as Mul with Sigmoid: export with an opset below 24"},
    {"Tan", "use Div of Sin and Cos"},
    {"TfIdfVectorizer", "leave texts to the program"},
    {"ThresholdedRelu", "use Sub, Relu and Add"},
    {"TopK", "end the model with the scores and take the largest in the program"},
    {"Trilu", "make it a constant, or use Mul with a constant mask"},
    {"Unique", "leave it to the program: the size of its result is not known beforehand"},
    {"Where", "use Max and Min, or Mul with a mask"},
    {"Xor", "leave it to the program"},
});

}  // namespace

const OperatorEntry* find_entry(const std::string& domain, const std::string& op_type) {
    if (!domain.empty()) return nullptr;
    const auto found = std::find_if(entries.begin(), entries.end(), [&](const OperatorEntry& e) { return op_type == e.op_type; });
    return found == entries.end() ? nullptr : &*found;
}

std::vector<std::string> known_operators() {
    std::vector<std::string> names;
    names.reserve(entries.size());
    for (const OperatorEntry& e : entries) names.emplace_back(e.op_type);
    return names;
}

std::string advice_for(const std::string& op_type) {
    for (const Advice& a : advice)
        if (op_type == a.op_type) return a.text;
    return "";
}

}  // namespace mote::graph::onnx
