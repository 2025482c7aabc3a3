// One node of a graph, read with checks whose messages name the node and the tensor. Operators verify themselves through it.
#pragma once

#include "base/fields.hpp"
#include "graph/graph.hpp"

#include <initializer_list>
#include <string>
#include <vector>

namespace mote::graph {

/// `tensor 3 "conv_0/weights"`
std::string place_of(const Graph& graph, int tensor);
/// `node 2 "conv_0" (conv_2d)`
std::string place_of(const Graph& graph, const Node& node);
/// "[1, 25, 5, 64]"
std::string text_of(const std::vector<int>& shape);

class NodeView {
  public:
    NodeView(const Graph& graph, const Node& node) : graph_(graph), node_(node) {}

    const Node& node() const { return node_; }
    bool has_input(std::size_t i) const { return i < node_.inputs.size() && node_.inputs[i] >= 0; }
    /// Throws unless there is an input i.
    const Tensor& input(std::size_t i) const { return graph_.tensors[static_cast<std::size_t>(input_index(i))]; }
    int input_index(std::size_t i) const;
    const Tensor& output(std::size_t i = 0) const { return graph_.tensors[static_cast<std::size_t>(output_index(i))]; }
    int output_index(std::size_t i = 0) const;
    /// An optional bias: input(i) or nullptr.
    const Tensor* optional_input(std::size_t i) const { return has_input(i) ? &input(i) : nullptr; }

    std::string place() const { return place_of(graph_, node_); }
    /// Throws base::Error "bad_input": "node ...: message".
    [[noreturn]] void fail(const std::string& message, const std::string& hint) const;
    /// The same, naming the input or output tensor with index `tensor` as well.
    [[noreturn]] void fail(int tensor, const std::string& message, const std::string& hint) const;

    template <class Attributes>
    Attributes attributes() const {
        return base::from_json<Attributes>(node_.attributes, place() + ": attributes");
    }

    void require_counts(std::size_t fewest_inputs, std::size_t most_inputs, std::size_t outputs = 1) const;
    void require_rank(std::size_t i, std::size_t rank) const;
    /// Input i has exactly this shape; `why` says where the shape comes from.
    void require_shape(std::size_t i, const std::vector<int>& shape, const std::string& why) const;
    void require_constant(std::size_t i) const;
    /// Outputs have exactly the shapes that follow from the inputs.
    void require_outputs(const std::vector<std::vector<int>>& shapes) const;
    /// All of the given inputs and all outputs are f32 without quantisation, or all are i8 with one scale and zero point each.
    /// Returns true when they are i8.
    bool require_activations(std::size_t first_input, std::size_t count) const;
    /// The same for operators that work on i16 as well, whose zero points are 0. Returns the type of all of them.
    Type require_activation_type(std::size_t first_input, std::size_t count) const;
    /// The input or output tensor with index `tensor` has one of these types; one that is i8 or i16 has one scale, and i16 zero point 0.
    void require_type(int tensor, std::initializer_list<Type> allowed) const;
    /// A dimension given as -rank ... rank - 1 of input i, as 0 ... rank - 1.
    std::size_t axis_of(std::size_t i, int axis) const;
    /// Constant weights (and a constant bias [channels], where there is one) of the type that the activations ask for: all f32; or i8
    /// or i16 activations with i8 weights that have zero points 0 and a scale for the tensor or one for each of `channels` along `axis`,
    /// and an i32 bias; beside i16 activations it may be i64. Checks input 0 and the outputs as require_activations() does.
    void require_weights(std::size_t weights, std::size_t bias, int axis, int channels) const;
    /// Input i and output 0 have the same scale and zero point.
    void require_same_quantisation(std::size_t i) const;

  private:
    void require_symmetric(int tensor, int axis) const;
    void require_activation(int tensor, Type type, bool i16_allowed) const;

    const Graph& graph_;
    const Node& node_;
};

}  // namespace mote::graph
