// From the nodes of a graph to operators of ONNX. A tensor of 8 bits is written as ONNX's tools write quantised models: each node computes
// with reals, behind a DequantizeLinear, and before a QuantizeLinear. An operator that counts channels first stands between two transposes.
#pragma once

#include "graph/graph.hpp"
#include "graph/onnx/model_writer.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace mote::graph::onnx {

class Exporter {
  public:
    /// Keeps a reference; the graph is verified.
    explicit Exporter(const Graph& graph);
    /// Throws base::Error "unsupported" naming the node or tensor that has no counterpart.
    base::Bytes run();

  private:
    using Handler = std::string (Exporter::*)();
    struct Entry {
        const char* op;
        Handler handler;
        const char* op_type;  ///< where one operator does
    };
    static const Entry* find(const std::string& op);

    // One a kind of node: writes operators for node_ and returns the name of the reals that they give.
    std::string plain();
    std::string convolution();
    std::string dense();
    std::string pool();
    std::string normalisation();
    std::string clamp();
    std::string leaky_relu();
    std::string gelu();
    std::string layer_norm();
    std::string transposed_convolution();
    std::string matmul();
    std::string power();
    std::string rsqrt();
    std::string squared_difference();
    std::string softmax();
    std::string reduction();
    std::string concatenation();
    std::string pad();
    std::string reshape();
    std::string slice();
    std::string transpose();
    std::string gather();
    std::string resize();
    std::string same();

    [[noreturn]] void refuse(const std::string& what) const;
    const Tensor& at(int tensor) const { return graph_.tensors[static_cast<std::size_t>(tensor)]; }
    const Tensor& input(std::size_t i) const { return at(node_->inputs[i]); }
    const Tensor& output() const { return at(node_->outputs.front()); }
    template <class T>
    T attribute(const char* name, T otherwise) const {
        return node_->attributes.value(name, otherwise);
    }
    /// The name of a tensor's values as reals, written at the first time that they are asked for.
    std::string reals(int tensor);
    std::string input_reals(std::size_t i) { return reals(node_->inputs[i]); }
    /// An operator; returns its output's name.
    std::string step(const std::string& op_type, const std::vector<std::string>& inputs, const std::vector<MessageWriter>& attributes = {});
    std::string channels_first(const std::string& image, std::size_t rank);
    std::string channels_last(const std::string& image, std::size_t rank);
    std::string activated(const std::string& values);
    std::string clamped(const std::string& values, const std::string& activation);
    /// Constants, each with a name of its own.
    std::string constant_of(const std::vector<float>& values, const std::vector<int>& shape);
    std::string constant_of(const std::vector<std::int64_t>& values);
    /// Scale and zero point of a tensor.
    std::vector<std::string> scale_of(const Tensor& tensor, const std::string& name);
    std::string constant_reals(const Tensor& tensor, const std::string& name);
    std::string bias_reals();
    std::vector<MessageWriter> window(int kernel_h, int kernel_w) const;
    void write_inputs();
    void write_outputs();

    const Graph& graph_;
    ModelWriter model_;
    std::vector<std::string> names_;  ///< by tensor
    std::set<std::string> taken_;
    std::map<int, std::string> reals_;
    std::map<int, std::vector<std::string>> scales_;  ///< names of scale and zero point of an i8 tensor
    const Node* node_ = nullptr;
    const char* op_type_ = "";
    int opset_ = 17;
};

}  // namespace mote::graph::onnx
