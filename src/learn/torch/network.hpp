// A float graph as torch tensors and functions, so that gradients flow through it.
#pragma once

#include "graph/graph.hpp"

#include <ATen/ATen.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mote::learn {

/// What one forward pass is told beside its input.
struct Pass {
    bool training = false;     ///< batch normalisation takes the batch's statistics and updates the running ones
    at::Tensor dropout_scale;  ///< [batch, inputs of the last dense]; multiplied in where defined
};

/// Tensors keep the graph's layout ([batch, height, width, channels], contiguous); convolutions see them as permuted views, which is what
/// torch calls channels-last.
class Network {
  public:
    /// Throws base::Error "unsupported" naming a node whose operator, type or layout the backend does not know. Keeps a copy of the graph.
    Network(const graph::Graph& graph, at::Device device);

    /// The operators known here, by name.
    static std::vector<std::string> operators();

    /// `x`: [batch, ...] as the graph's input. With `logits`, a softmax that ends the graph is left out.
    at::Tensor forward(const at::Tensor& x, const Pass& pass, bool logits) const;

    /// All trained constants behind each other; the leaves that autograd sees share this storage, their gradients share gradients().
    const at::Tensor& parameters() const { return parameters_; }
    const at::Tensor& gradients() const { return gradients_; }
    /// 1 where weight decay applies (weights), 0 elsewhere (bias, batch normalisation).
    const at::Tensor& decayed() const { return decayed_; }
    /// Running means and variances behind each other.
    const at::Tensor& buffers() const { return buffers_; }

    /// The graph with `parameters` and `buffers` (laid out as above) in its constants.
    graph::Graph with(const at::Tensor& parameters, const at::Tensor& buffers) const;

    /// The leaf of a trained constant, by tensor index.
    const std::map<int, at::Tensor>& leaves() const { return leaves_; }
    bool ends_in_softmax() const { return ends_in_softmax_; }
    int dropout_width() const { return dropout_width_; }

  private:
    struct Slice {
        int tensor = 0;
        std::int64_t begin = 0;
        std::int64_t size = 0;
    };
    void collect(at::Device device);
    void prepare_steps();

    graph::Graph graph_;
    at::Tensor parameters_, gradients_, decayed_, buffers_;
    std::vector<Slice> parameter_slices_, buffer_slices_;
    std::map<int, at::Tensor> leaves_;   ///< trained constants
    std::map<int, at::Tensor> statics_;  ///< running statistics and constants that are not trained
    using Step = std::function<at::Tensor(const std::vector<at::Tensor>&, const Pass&)>;
    std::vector<Step> steps_;
    std::size_t last_dense_ = 0;
    int dropout_width_ = 0;
    bool ends_in_softmax_ = false;
};

/// Tensor indices that training leaves alone: a batch_norm right behind the graph's input (standardisation), and the bias of a layer that
/// batch_norm follows (which would cancel it).
std::vector<bool> frozen_constants(const graph::Graph& graph);

/// The node of the standardisation, or -1.
int standardise_node(const graph::Graph& graph);

}  // namespace mote::learn
