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

    /// Adds a node that writes `output`.
    void add_node(std::string op, std::vector<int> inputs, int output, base::Json attributes = base::Json::object());
    int add_tensor(Tensor tensor);
    /// A tensor like `like` of another shape.
    int fresh_tensor(int like, std::vector<int> shape, const std::string& suffix);
    /// Constant weights [O, I] of a dense layer as those of a convolution with a kernel of one place.
    int as_kernel(int weights);
    /// `tensor` under another shape, by a reshape where it has another.
    int reshaped(int tensor, const std::vector<int>& shape);
    /// A slice of `tensor` that is written to `output` under the output's shape.
    void add_slice(int tensor, int output, std::vector<int> begin, std::vector<int> size, std::vector<int> strides);

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
    std::map<int, int> kernels_;             ///< weights of dense layers as those of convolutions, by tensor
    std::map<int, std::string> handles_;     ///< by tensor of resource type
    std::map<std::string, int> variables_;   ///< tensors by the variable's name
    std::map<std::string, Tensor> initial_;  ///< what a CALL_ONCE subgraph assigns, by the variable's name
};

}  // namespace mote::graph::tflite
