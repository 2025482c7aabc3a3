// AdamW over one flat vector (Loshchilov and Hutter, Decoupled weight decay regularization, 2019), and averaged weights.
#pragma once

#include "learn/learner.hpp"
#include "learn/torch/network.hpp"

#include <ATen/ATen.h>

#include <vector>

namespace mote::learn {

class Optimiser {
  public:
    /// Starts from the network's present parameters; keeps a reference.
    Optimiser(Network& network, const TrainOptions& options);

    /// Applies the network's gradients and clears them; afterwards the averages follow (if ema > 0).
    void step(double learning_rate);

    /// What evaluation uses: the averages when ema > 0, else the parameters and running statistics as they are.
    const at::Tensor& shown_parameters() const { return options_.ema > 0 ? mean_parameters_ : network_.parameters(); }
    const at::Tensor& shown_buffers() const { return options_.ema > 0 ? mean_buffers_ : network_.buffers(); }

    std::int64_t steps() const { return steps_; }
    /// All vectors that the next step depends on, in a fixed order; restore() takes what state() gave.
    std::vector<std::vector<float>> state() const;
    void restore(const std::vector<std::vector<float>>& state, std::int64_t steps);

  private:
    std::vector<at::Tensor> vectors() const;

    Network& network_;
    TrainOptions options_;
    at::Tensor first_, second_, mean_parameters_, mean_buffers_;
    std::int64_t steps_ = 0;
};

std::vector<float> to_vector(const at::Tensor& tensor);
void copy_into(const at::Tensor& tensor, const std::vector<float>& values);

}  // namespace mote::learn
