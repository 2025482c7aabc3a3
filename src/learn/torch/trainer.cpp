// The training loop, behind the door that learn::trainer() opens.
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "learn/batches.hpp"
#include "learn/checkpoint.hpp"
#include "learn/torch/network.hpp"
#include "learn/torch/optimiser.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <future>

namespace mote::learn {

namespace {
at::Device training_device() { return at::hasCUDA() ? at::Device(at::kCUDA) : at::Device(at::kCPU); }

// oneDNN 2.6.3 (Debian 12), which libtorch convolves with, writes beyond its buffers on processors with AVX-512: the gradient of the
// weights of a channels-last convolution with fewer than 16 filters (jit:avx512_core, backward_weights). A network that has one is
// trained without that library; it is small, so that the time hardly matters.
class SafeConvolutions {
  public:
    explicit SafeConvolutions(const graph::Graph& graph) : before_(at::globalContext().userEnabledMkldnn()) {
        at::globalContext().setUserEnabledMkldnn(before_ && !has_few_filters(graph));
    }
    ~SafeConvolutions() { at::globalContext().setUserEnabledMkldnn(before_); }
    SafeConvolutions(const SafeConvolutions&) = delete;
    SafeConvolutions& operator=(const SafeConvolutions&) = delete;

  private:
    static bool has_few_filters(const graph::Graph& graph) {
        constexpr int vector_lanes = 16;
        return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const graph::Node& node) {
            return (node.op == "conv_2d" || node.op == "depthwise_conv_2d") &&
                   graph.tensors[static_cast<std::size_t>(node.outputs.front())].shape.back() < vector_lanes;
        });
    }
    bool before_;
};

at::Tensor tensor_of(std::span<const float> values, std::vector<std::int64_t> shape, at::Device device) {
    at::Tensor tensor = at::empty(shape, at::kFloat);
    std::memcpy(tensor.data_ptr<float>(), values.data(), values.size_bytes());
    return tensor.to(device);
}

std::vector<std::int64_t> batched(const std::vector<int>& shape, std::size_t batch) {
    std::vector<std::int64_t> out(shape.begin(), shape.end());
    out[0] = static_cast<std::int64_t>(batch);
    return out;
}

std::vector<int> without_batch(const std::vector<int>& shape) { return {shape.begin() + 1, shape.end()}; }

// Sets the standardisation's mean and variance; returns the means (zeros where the graph does not standardise), which masks write.
std::vector<float> standardise(graph::Graph& graph, const ExampleSource& train) {
    const std::vector<int> shape = without_batch(graph.input().shape);
    const int n = standardise_node(graph);
    if (n < 0 || train.size() == 0) return std::vector<float>(static_cast<std::size_t>(shape.back()), 0.0f);
    const graph::Node& node = graph.nodes[static_cast<std::size_t>(n)];
    const Statistics statistics = measure(train, shape);
    const auto put = [&](std::size_t input, const std::vector<float>& values) {
        auto constant = graph.tensors[static_cast<std::size_t>(node.inputs[input])].as<float>();
        std::copy(values.begin(), values.end(), constant.begin());
    };
    put(3, statistics.mean);
    put(4, statistics.variance);
    return statistics.mean;
}

// Sums over the examples of one pass.
struct Tally {
    double loss = 0, right = 0, examples = 0;
    double mean_loss() const { return loss / examples; }
    double accuracy() const { return right / examples; }
};

class Training {
  public:
    explicit Training(const TrainRequest& request);
    TrainResult run();

  private:
    EpochRecord run_epoch(int epoch);
    void train_step(const Batch& batch, int epoch, std::size_t step, Tally& tally);
    Tally validate();
    at::Tensor dropout_scale(std::size_t batch, int epoch, std::size_t step) const;
    void keep_best(const EpochRecord& record);
    bool resume();
    void save() const;
    void check_cancel() const {
        if (request_.cancel) request_.cancel->check();
    }

    const TrainRequest& request_;
    at::Device device_ = training_device();
    graph::Graph graph_;
    std::vector<int> shape_;
    int classes_;
    std::vector<float> blank_;
    Network network_;
    Optimiser optimiser_;
    Batches train_;
    std::optional<Batches> validation_;
    base::Hash fingerprint_;
    Checkpoint progress_;  // all but the vectors of the optimiser
    std::vector<float> best_parameters_, best_buffers_;
};

const TrainRequest& checked(const TrainRequest& request) {
    if (!request.train) throw base::Error("internal", "a training was asked for without examples");
    if (request.graph.nodes.empty() || request.graph.nodes.back().op != "softmax" || request.graph.output().shape.size() != 2)
        throw base::Error("unsupported", "graph " + request.graph.name + " cannot be trained: it does not end in a softmax over classes",
                          "train a graph made by a learner");
    return request;
}

Training::Training(const TrainRequest& request)
    : request_(checked(request)),
      graph_(request.graph),
      shape_(without_batch(graph_.input().shape)),
      classes_(graph_.output().shape[1]),
      blank_(standardise(graph_, *request.train)),
      network_(graph_, device_),
      optimiser_(network_, request.options),
      train_(*request.train, request.options, shape_, classes_, request.seed, blank_),
      fingerprint_(fingerprint(request)) {
    if (request.validation && request.validation->size() > 0)
        validation_.emplace(*request.validation, request.options, shape_, classes_, request.seed, blank_);
    const int threads = request.options.threads > 0 ? request.options.threads : static_cast<int>(base::thread_count());
    at::set_num_threads(threads);
}

at::Tensor Training::dropout_scale(std::size_t batch, int epoch, std::size_t step) const {
    const double rate = request_.options.dropout;
    if (rate <= 0 || network_.dropout_width() == 0) return {};
    base::Random random = base::Random(request_.seed).fork("dropout", static_cast<std::uint64_t>(epoch)).fork("step", step);
    const auto width = static_cast<std::size_t>(network_.dropout_width());
    std::vector<float> scale(batch * width);
    for (float& s : scale) s = random.chance(rate) ? 0.0f : static_cast<float>(1 / (1 - rate));
    return tensor_of(scale, {static_cast<std::int64_t>(batch), static_cast<std::int64_t>(width)}, device_);
}

void Training::train_step(const Batch& batch, int epoch, std::size_t step, Tally& tally) {
    const auto n = static_cast<std::int64_t>(batch.size);
    const at::Tensor x = tensor_of(batch.features, batched(graph_.input().shape, batch.size), device_);
    const at::Tensor targets = tensor_of(batch.targets, {n, classes_}, device_);
    const at::Tensor weights = tensor_of(batch.weights, {n}, device_);
    const Pass pass{true, dropout_scale(batch.size, epoch, step)};
    const at::Tensor logits = network_.forward(x, pass, true);
    const at::Tensor losses = -(at::log_softmax(logits, -1) * targets).sum(-1) * weights;
    const at::Tensor loss = losses.mean();
    const double value = loss.item<double>();
    if (!std::isfinite(value))
        throw base::Error("bad_input", "training went astray in epoch " + std::to_string(epoch) + ": the loss is not a finite number",
                          "look for NaN or huge values in the features, or lower learning_rate");
    loss.backward();
    optimiser_.step(learning_rate_at(request_.options, static_cast<std::size_t>(epoch) * train_.steps() + step, train_.steps()));
    tally.loss += value * static_cast<double>(batch.size);
    tally.right += (logits.argmax(-1) == targets.argmax(-1)).sum().item<double>();
    tally.examples += static_cast<double>(batch.size);
}

Tally Training::validate() {
    const at::NoGradGuard no_grad;
    const at::Tensor parameters = network_.parameters().clone(), buffers = network_.buffers().clone();
    network_.parameters().copy_(optimiser_.shown_parameters());
    network_.buffers().copy_(optimiser_.shown_buffers());
    Tally tally;
    for (std::size_t step = 0; step < validation_->steps(); ++step) {
        check_cancel();
        const Batch batch = validation_->plain(step);
        const auto n = static_cast<std::int64_t>(batch.size);
        const at::Tensor x = tensor_of(batch.features, batched(graph_.input().shape, batch.size), device_);
        const at::Tensor targets = tensor_of(batch.targets, {n, classes_}, device_);
        const at::Tensor logits = network_.forward(x, {}, true);
        tally.loss -= (at::log_softmax(logits, -1) * targets).sum().item<double>();
        tally.right += (logits.argmax(-1) == targets.argmax(-1)).sum().item<double>();
        tally.examples += static_cast<double>(n);
    }
    network_.parameters().copy_(parameters);
    network_.buffers().copy_(buffers);
    return tally;
}

EpochRecord Training::run_epoch(int epoch) {
    const auto start = std::chrono::steady_clock::now();
    EpochRecord record;
    record.epoch = epoch;
    record.learning_rate = learning_rate_at(request_.options, static_cast<std::size_t>(epoch) * train_.steps(), train_.steps());
    Tally tally;
    // The next batch is made beside the present step.
    const auto begin = [&](std::size_t step) {
        return std::async(std::launch::async, [this, epoch, step] { return train_.make(epoch, step); });
    };
    std::future<Batch> next = begin(0);
    for (std::size_t step = 0; step < train_.steps(); ++step) {
        check_cancel();
        const Batch batch = next.get();
        if (step + 1 < train_.steps()) next = begin(step + 1);
        train_step(batch, epoch, step, tally);
        if (request_.progress)
            request_.progress->advance(static_cast<std::uint64_t>(epoch) * train_.steps() + step + 1, "epoch " + std::to_string(epoch + 1));
    }
    record.train_loss = tally.mean_loss(), record.train_accuracy = tally.accuracy();
    if (validation_) {
        const Tally checked_tally = validate();
        record.validation_loss = checked_tally.mean_loss(), record.validation_accuracy = checked_tally.accuracy();
    }
    record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return record;
}

void Training::keep_best(const EpochRecord& record) {
    const bool better = !validation_ || progress_.best_epoch < 0 || record.validation_loss < progress_.best_score;
    if (!better) return;
    progress_.best_epoch = record.epoch;
    progress_.best_score = record.validation_loss;
    best_parameters_ = to_vector(optimiser_.shown_parameters());
    best_buffers_ = to_vector(optimiser_.shown_buffers());
}

bool Training::resume() {
    if (request_.checkpoint.empty()) return false;
    std::optional<Checkpoint> found = read_checkpoint(request_.checkpoint, fingerprint_);
    if (!found || found->state.size() != 8) return false;
    optimiser_.restore(found->state, found->steps_done);
    best_parameters_ = std::move(found->state[6]), best_buffers_ = std::move(found->state[7]);
    found->state.clear();
    progress_ = std::move(*found);
    return true;
}

void Training::save() const {
    if (request_.checkpoint.empty()) return;
    Checkpoint checkpoint = progress_;
    checkpoint.steps_done = optimiser_.steps();
    checkpoint.state = optimiser_.state();
    checkpoint.state.push_back(best_parameters_);
    checkpoint.state.push_back(best_buffers_);
    write_checkpoint(request_.checkpoint, fingerprint_, checkpoint);
}

TrainResult Training::run() {
    const TrainOptions& options = request_.options;
    const bool is_resumed = resume();
    if (request_.progress) {
        request_.progress->begin("training", static_cast<std::uint64_t>(options.epochs) * train_.steps());
        if (is_resumed) {
            request_.progress->advance(static_cast<std::uint64_t>(progress_.epochs_done) * train_.steps());
            request_.progress->say("resumed from the checkpoint after epoch " + std::to_string(progress_.epochs_done));
        }
    }
    while (progress_.epochs_done < options.epochs) {
        const bool out_of_patience =
            options.patience > 0 && validation_ && progress_.epochs_done - 1 - progress_.best_epoch >= options.patience;
        if (out_of_patience) break;
        const EpochRecord record = run_epoch(progress_.epochs_done);
        keep_best(record);
        ++progress_.epochs_done;
        progress_.epochs.push_back(record);
        // Told before it is saved: killed in between, it is done again. The other way round, nobody would have heard of it.
        if (request_.on_epoch) request_.on_epoch(record);
        save();
    }
    if (request_.progress) request_.progress->end();
    const auto as_tensor = [](const std::vector<float>& values) {
        return tensor_of(values, {static_cast<std::int64_t>(values.size())}, at::Device(at::kCPU));
    };
    if (options.keep == "last")
        return {network_.with(optimiser_.shown_parameters(), optimiser_.shown_buffers()), progress_.epochs, progress_.epochs_done - 1};
    return {network_.with(as_tensor(best_parameters_), as_tensor(best_buffers_)), progress_.epochs, progress_.best_epoch};
}

class TorchTrainer : public Trainer {
  public:
    TrainResult train(const TrainRequest& request) override {
        const SafeConvolutions safe(request.graph);
        return guarded([&] { return Training(request).run(); });
    }

    std::string description() const override {
        const std::string device = at::hasCUDA() ? "CUDA" : "CPU, " + std::to_string(at::get_num_threads()) + " threads";
        return "libtorch " MOTE_TORCH_VERSION ", " + device;
    }

    std::vector<float> run(const graph::Graph& graph, std::span<const float> inputs) override {
        return guarded([&] {
            const at::NoGradGuard no_grad;
            const Network network(graph, training_device());
            std::size_t count = 1;
            for (const int d : graph.input().shape) count *= static_cast<std::size_t>(d);
            if (inputs.size() % count != 0) throw base::Error("internal", "the inputs are not a whole number of examples");
            std::vector<float> outputs;
            constexpr std::size_t chunk = 256;
            for (std::size_t begin = 0; begin < inputs.size() / count; begin += chunk) {
                const std::size_t n = std::min(chunk, inputs.size() / count - begin);
                const at::Tensor x =
                    tensor_of(inputs.subspan(begin * count, n * count), batched(graph.input().shape, n), training_device());
                const std::vector<float> y = to_vector(network.forward(x, {}, false));
                outputs.insert(outputs.end(), y.begin(), y.end());
            }
            return outputs;
        });
    }

    std::vector<std::vector<float>> gradients(const graph::Graph& graph, std::span<const float> input,
                                              std::span<const float> cotangent) override {
        const SafeConvolutions safe(graph);
        return guarded([&] {
            const Network network(graph, training_device());
            at::Tensor x = tensor_of(input, batched(graph.input().shape, 1), training_device());
            x.set_requires_grad(true);
            const at::Tensor y = network.forward(x, {}, false);
            (y.flatten() * tensor_of(cotangent, {static_cast<std::int64_t>(cotangent.size())}, training_device())).sum().backward();
            std::vector<std::vector<float>> all(graph.tensors.size());
            all[static_cast<std::size_t>(graph.inputs[0])] = to_vector(x.grad());
            for (const auto& [tensor, leaf] : network.leaves()) all[static_cast<std::size_t>(tensor)] = to_vector(leaf.grad());
            return all;
        });
    }

    std::vector<std::string> operators() const override { return Network::operators(); }

  private:
    // No exception type of torch crosses the door.
    template <class Work>
    auto guarded(Work&& work) -> decltype(work()) {
        try {
            return work();
        } catch (const c10::Error& error) {
            throw base::Error("internal", std::string("libtorch: ") + error.what_without_backtrace());
        }
    }
};
}  // namespace

}  // namespace mote::learn

extern "C" __attribute__((visibility("default"))) mote::learn::Trainer* mote_torch_trainer() {
    static mote::learn::TorchTrainer backend;
    return &backend;
}
