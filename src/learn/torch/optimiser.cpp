#include "learn/torch/optimiser.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::learn {

namespace {
constexpr double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
}

Optimiser::Optimiser(Network& network, const TrainOptions& options) : network_(network), options_(options) {
    first_ = at::zeros_like(network.parameters());
    second_ = at::zeros_like(network.parameters());
    mean_parameters_ = network.parameters().clone();
    mean_buffers_ = network.buffers().clone();
}

void Optimiser::step(double learning_rate) {
    const at::NoGradGuard no_grad;
    const at::Tensor gradient = network_.gradients();
    if (options_.clip_norm > 0) {
        const double norm = gradient.norm().item<double>();
        if (norm > options_.clip_norm) gradient.mul_(options_.clip_norm / norm);
    }
    ++steps_;
    const double t = static_cast<double>(steps_);
    const at::Tensor parameters = network_.parameters();
    first_.mul_(beta_1).add_(gradient, 1 - beta_1);
    second_.mul_(beta_2).addcmul_(gradient, gradient, 1 - beta_2);
    const at::Tensor root = at::sqrt(second_ / (1 - std::pow(beta_2, t))).add_(epsilon);
    if (options_.weight_decay > 0) parameters.addcmul_(parameters, network_.decayed(), -learning_rate * options_.weight_decay);
    parameters.addcdiv_(first_, root, -learning_rate / (1 - std::pow(beta_1, t)));
    gradient.zero_();
    if (options_.ema > 0) {
        // Early on the average follows closely, so that the first random weights do not linger in it.
        const double keep = std::min(options_.ema, (1 + t) / (10 + t));
        mean_parameters_.lerp_(parameters, 1 - keep);
        mean_buffers_.lerp_(network_.buffers(), 1 - keep);
    }
}

std::vector<at::Tensor> Optimiser::vectors() const {
    return {network_.parameters(), network_.buffers(), first_, second_, mean_parameters_, mean_buffers_};
}

std::vector<std::vector<float>> Optimiser::state() const {
    std::vector<std::vector<float>> all;
    for (const at::Tensor& vector : vectors()) all.push_back(to_vector(vector));
    return all;
}

void Optimiser::restore(const std::vector<std::vector<float>>& state, std::int64_t steps) {
    const at::NoGradGuard no_grad;
    const std::vector<at::Tensor> targets = vectors();
    if (state.size() < targets.size()) throw base::Error("bad_input", "the training checkpoint lacks optimiser state", "delete it");
    for (std::size_t i = 0; i < targets.size(); ++i) copy_into(targets[i], state[i]);
    steps_ = steps;
}

std::vector<float> to_vector(const at::Tensor& tensor) {
    const at::Tensor values = tensor.detach().to(at::kCPU).contiguous();
    const float* data = values.data_ptr<float>();
    return {data, data + values.numel()};
}

void copy_into(const at::Tensor& tensor, const std::vector<float>& values) {
    if (static_cast<std::size_t>(tensor.numel()) != values.size())
        throw base::Error("bad_input", "the training checkpoint does not fit the graph", "delete it");
    at::Tensor source = at::empty({tensor.numel()}, at::kFloat);
    std::memcpy(source.data_ptr<float>(), values.data(), values.size() * sizeof(float));
    tensor.copy_(source.view(tensor.sizes()));
}

}  // namespace mote::learn
