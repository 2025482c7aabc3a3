// From the operators of a TensorFlow Lite model to nodes of a graph. Field numbers of options are those of schema.fbs (version 3).
#pragma once

#include "graph/graph.hpp"
#include "graph/limits.hpp"
#include "graph/tflite/budget.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mote::graph::tflite {

/// One operator of the file.
struct FileOperator {
    std::size_t index = 0;
    int code = 0;
    std::optional<flatbuffer::Table> options;
    std::vector<int> inputs, outputs;  ///< tensors of the graph, -1 where there is none
    std::vector<int> intermediates = {};
    std::string custom = {};  ///< the name of a custom operator
};

/// What a VAR_HANDLE names: options are container and shared name, and the latter tells variables apart.
std::string variable_name(const FileOperator& handle, Budget& budget);

class OperatorReader {
  public:
    OperatorReader(const flatbuffer::Buffer& buffer, Graph& graph, Budget& budget) : buffer_(buffer), graph_(graph), budget_(budget) {}

    /// Adds the nodes that stand for an operator; the last of them write its outputs. None for arithmetic with shapes, which are known.
    void add(const FileOperator& op);
    /// The tensors that operators of the file write and nodes compute, in its order.
    const std::vector<int>& operator_outputs() const { return operator_outputs_; }
    /// A subgraph that runs once assigns `value` to the variable behind `handle`; `names` are that subgraph's handles.
    void add_initial(const std::map<int, std::string>& names, int handle, const Tensor& value);

    /// Whether operators with this code have a counterpart.
    static bool reads(int code) { return find(code) != nullptr; }

  private:
    using Handler = void (OperatorReader::*)();
    struct Entry {
        int code;
        Handler handler;
        const char* op;  ///< where one node of that name does
    };
    static const Entry* find(int code);

    // One a kind of operator; they read op_.
    void plain();
    void with_activation();
    void convolution();
    void transposed_convolution();
    void batch_matmul();
    void dense();
    std::vector<int> split_sizes(int whole) const;
    void dense_product(int rows, const std::vector<int>& weights);
    void pool();
    void concatenation();
    void reshape();
    void softmax();
    void pad();
    void reduction();
    void leaky_relu();
    void gelu();
    void strided_slice();
    void slice();
    void split();
    void pack();
    void unpack();
    void power();
    void transpose();
    void gather();
    void resize();
    void add_n();
    void batch_to_space();
    void broadcast_to();
    void cast();
    void depth_to_space();
    void expand_dims();
    void known_numbers();
    void l2_normalisation();
    void mirror_pad();
    void pad_with_value();
    void relu_0_to_1();
    void reverse();
    void space_to_batch();
    void space_to_depth();
    void squeeze();
    void tile();
    void quantise();
    void dequantise();
    void variable_handle();
    void read_variable();
    void assign_variable();
    void lstm();
    void svdf();
    void nothing() {}

    [[noreturn]] void unsupported(const std::string& what, const std::string& hint) const;
    void check_shape(const Tensor& t) const;
    /// Throws unless input 1, the weights, has no zero points, as int8 ones have none and those of uint8 models have.
    void check_weights() const;
    std::string name_of_operator() const;
    std::string place() const;
    const Tensor& at(int tensor) const { return graph_.tensors[static_cast<std::size_t>(tensor)]; }
    int input_index(std::size_t i) const;
    int output_index(std::size_t i = 0) const;
    const Tensor& input(std::size_t i) const { return at(input_index(i)); }
    const Tensor& output(std::size_t i = 0) const { return at(output_index(i)); }
    bool has_input(std::size_t i) const { return i < op_->inputs.size() && op_->inputs[i] >= 0; }
    template <class T>
    T option(int field, T otherwise = 0) const {
        return op_->options ? op_->options->number<T>(field, otherwise) : otherwise;
    }
    std::string activation(int field) const;
    std::string padding() const { return option<std::int8_t>(0) == 1 ? "valid" : "same"; }
    /// The values of a constant i32 or i64 tensor of at most `most`; without one, of one that says something of each dimension.
    std::vector<int> constant(std::size_t i, std::size_t most = 2 * limits::rank) const;
    int axis(int value, std::size_t rank) const;

    /// Throws unless output i has this shape, which follows from the operator and what it reads.
    void expect_shape(const std::vector<int>& shape, std::size_t i = 0) const;
    /// The reals of a constant, or its whole numbers.
    std::vector<double> values_of(const Tensor& t) const;
    /// Makes the tensor the constant with these values.
    void set_values(int output, const std::vector<double>& values);
    bool has_constants() const;

    /// For an operator that gives whole numbers: computes them where they follow from constants and shapes.
    void add_numbers();
    /// The same for operators that make constants of any type.
    bool computes_known_numbers();
    void cast_constant();
    /// The reals of a constant with one scale or several.
    std::vector<double> reals_of(const Tensor& t) const;
    /// Where the operator computes floats, its 8-bit constants become floats: weights alone are quantised in models of "dynamic range".
    void widen_weights(std::size_t data = 0);
    void divide_wholes();
    void range();
    void whole_arithmetic(const Entry& entry);
    /// A tensor of reals for one of whole numbers, with the same values where these are known.
    int real_twin(int tensor);

    /// Adds a node that writes `output`, or computes the output at once where all inputs are constants.
    void add_node(std::string op, std::vector<int> inputs, int output, base::Json attributes = base::Json::object());
    void fold(const Node& node);
    int add_tensor(Tensor tensor);
    /// A tensor like `like` of another shape.
    int fresh_tensor(int like, std::vector<int> shape, const std::string& suffix);
    /// Constant weights [O, I] of a dense layer as those of a convolution with a kernel of one place.
    int as_kernel(int weights);
    /// `tensor` under another shape, by a reshape where it has another.
    int reshaped(int tensor, const std::vector<int>& shape);
    /// A slice of `tensor` that is written to `output` under the output's shape.
    void add_slice(int tensor, int output, std::vector<int> begin, std::vector<int> size, std::vector<int> strides);

    /// Input i, requantised where it is stored otherwise than `like`.
    int rescaled(std::size_t i, int like);
    /// A computed tensor like `like` in another shape that a node writes, to be read by the next.
    int emit(const char* op, std::vector<int> inputs, std::vector<int> shape, base::Json attributes);
    /// reshape, transpose, reshape to the output.
    void reorder(int tensor, const std::vector<int>& split, const std::vector<int>& permutation);
    void reorder_to(int output, int tensor, const std::vector<int>& split, const std::vector<int>& permutation);
    /// A constant of one value, stored as `like` is.
    int scalar(const std::string& name, double value, int like);
    base::Json convolution_attributes() const;

    /// What SPACE_TO_BATCH_ND reads, and the layer that reads what it writes.
    struct Spread {
        int source = -1;
        std::vector<int> block, pads;
    };
    struct SpreadLayer {
        FileOperator layer;
        Spread from;
    };
    /// Adds the nodes of a SPACE_TO_BATCH_ND that no convolution alone reads.
    void write_spread(int tensor);
    int with_pads(const Spread& spread);
    /// Whether the convolution reads what SPACE_TO_BATCH_ND writes: it is added when BATCH_TO_SPACE_ND comes.
    bool waits_for_blocks();
    /// Throws where the operator reads such a convolution's output, and is no BATCH_TO_SPACE_ND.
    void check_blocks() const;
    void dilated(const SpreadLayer& spread, const std::vector<int>& block, const std::vector<int>& begin);
    int whole_constant(const std::string& name, const std::vector<int>& values);

    /// The graph's tensor for a variable, made like `like` when it is used for the first time.
    int variable_of(int handle, int like);
    /// Input i, a variable that the operator changes, as [1, values].
    int state(std::size_t i);
    base::Bytes initial_of(const std::string& name, const Tensor& like) const;

    const flatbuffer::Buffer& buffer_;
    Graph& graph_;
    Budget& budget_;
    const FileOperator* op_ = nullptr;
    const char* target_ = nullptr;
    std::vector<int> operator_outputs_;
    std::map<int, int> kernels_;         ///< weights of dense layers as those of convolutions, by tensor
    std::map<int, int> twins_, wholes_;  ///< tensors of reals for tensors of whole numbers, and back
    std::map<int, Spread> spread_;       ///< by what it writes
    std::map<int, SpreadLayer> spread_layers_;
    std::map<int, std::string> handles_;     ///< by tensor of resource type
    std::map<std::string, int> variables_;   ///< tensors by the variable's name
    std::map<std::string, Tensor> initial_;  ///< what a CALL_ONCE subgraph assigns, by the variable's name
};

}  // namespace mote::graph::tflite
