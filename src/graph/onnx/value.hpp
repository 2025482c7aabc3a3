// A value of an ONNX graph and the tensor that holds it. ONNX counts dimensions channels first, the graph channels last; a value says in
// which order the dimensions that the file sees lie in memory, and which reshape has not been carried out yet. Operators that do not care
// keep both as they are, so that transposes stand only where an operator needs another order (docs/decisions).
#pragma once

#include "graph/graph.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mote::graph::onnx {

enum class Element : std::uint8_t {
    real,
    whole,            ///< constant numbers that are no activations: shapes, axes, indices
    stored,           ///< 8 bits, signed, with or without a scale
    stored_unsigned,  ///< 8 bits, unsigned in the file: 128 less in the tensor
};

struct Value {
    int tensor = -1;         ///< -1: it holds no values, or only `numbers`
    std::vector<int> shape;  ///< as the file sees it
    std::vector<int> inner;  ///< the shape before reshapes that nothing has carried out yet; `order` refers to it
    std::vector<int> order;  ///< dimension j of the tensor is dimension order[j] of `inner`
    Element element = Element::real;
    bool is_view = false;                                      ///< stands for the reals that an i8 tensor means, which no node has computed
    std::shared_ptr<const std::vector<std::int64_t>> numbers;  ///< of a constant of whole numbers, exactly
    std::vector<float> number_scales;                          ///< where the numbers stand for reals: one, or one for each

    bool is_settled() const { return inner == shape; }
    /// The value of a tensor whose dimensions lie as the file sees them.
    static Value plain(int tensor, std::vector<int> shape);
    /// The same order, reshape and meaning for another tensor of the same shape.
    Value with(int other) const;
};

/// 0, 1, 2, ...
std::vector<int> plain_order(std::size_t rank);
/// Channels last: 0, 2, ..., rank - 1, 1.
std::vector<int> channels_last(std::size_t rank);
/// shape[order[j]] for each j.
std::vector<int> permuted(const std::vector<int>& shape, const std::vector<int>& order);
/// Where dimension d lies: position_of(order)[order[j]] == j.
std::vector<int> inverse(const std::vector<int>& order);
std::size_t count_of(const std::vector<int>& shape);

/// Values of a row-major constant with its dimensions in another order; a scale for each index of a dimension moves with it.
Tensor transposed(const Tensor& constant, const std::vector<int>& permutation);

/// Writes nodes into a graph, computes at once what follows from constants, and brings values into the order that a node needs.
class Writer {
  public:
    explicit Writer(Graph& graph) : graph_(graph) {}

    Graph& graph() { return graph_; }
    const Tensor& at(int tensor) const { return graph_.tensors[static_cast<std::size_t>(tensor)]; }
    Tensor& at(int tensor) { return graph_.tensors[static_cast<std::size_t>(tensor)]; }
    bool is_constant(const Value& v) const { return v.tensor >= 0 && at(v.tensor).is_constant(); }
    /// Names of nodes and tensors written from now on start with it.
    void set_name(std::string name) { name_ = std::move(name); }

    /// Adds a node; returns its output, whose shape follows, of the type of the first input, and with its scale unless `scale` is another.
    /// A node whose inputs are all constants is computed instead. Throws base::Error where the operator refuses.
    int emit(const std::string& op, std::vector<int> inputs, base::Json attributes = base::Json::object(),
             const Quantisation* scale = nullptr);
    /// emit() of "quantise" and "dequantise", which change the type.
    int convert(const std::string& op, int input, Type type, const Quantisation& scale);
    int constant(std::vector<int> shape, std::span<const float> values);
    int add(Tensor tensor) { return graph_.add_tensor(std::move(tensor)); }
    std::string fresh_name(const std::string& suffix) const { return name_ + suffix; }

    /// The same value with every reshape carried out.
    Value settled(const Value& value);
    /// A settled value's tensor with its dimensions in this order.
    int in_order(const Value& value, const std::vector<int>& order);
    /// Settled and in the file's own order.
    Value in_plain_order(const Value& value);
    /// Settled, with dimension 1 behind the others.
    Value with_channels_last(const Value& value);
    int plain_tensor(const Value& value) { return in_plain_order(value).tensor; }
    /// A tensor under another shape; what a reshape has changed before is not changed back by another.
    int reshaped(int tensor, const std::vector<int>& shape);
    /// The node that writes a tensor, or nullptr.
    Node* writer_of(int tensor);

  private:
    int fold(const std::string& op, const std::vector<int>& inputs, const base::Json& attributes, Type type, const Quantisation& scale);
    int write(const std::string& op, std::vector<int> inputs, base::Json attributes, Type type, const Quantisation& scale);
    void check_shape(const std::vector<int>& shape) const;
    bool folds(const std::string& op, const std::vector<int>& inputs) const;

    Graph& graph_;
    std::string name_;
    std::map<int, std::size_t> writers_;  ///< node by the tensor that it writes
    std::uint64_t folded_bytes_ = 0;
    std::map<std::pair<int, std::vector<int>>, int> transposed_, reshaped_;
};

}  // namespace mote::graph::onnx
