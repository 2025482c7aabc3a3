// What can be trained: a learner builds an untrained float graph that fits a budget; a trainer changes its constants.
#pragma once

#include "base/fields.hpp"
#include "base/progress.hpp"
#include "base/random.hpp"
#include "graph/graph.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::learn {

/// Batch normalisation, reshape and activations behind a layer cost nothing: compression folds them away.
struct Footprint {
    std::uint64_t parameters = 0;   ///< weights and biases after folding
    std::uint64_t flash_bytes = 0;  ///< int8 weights, int32 biases, multiplier and shift a channel; without code
    std::uint64_t ram_bytes = 0;    ///< the float input and the largest sum of int8 activations alive at once
    std::uint64_t macs = 0;
};

/// What a model may take on the target as int8. 0: no limit.
struct Budget {
    std::uint64_t flash_bytes = 0;
    std::uint64_t ram_bytes = 0;
    std::uint64_t macs = 0;
    /// What an untrained float graph takes, from whoever can generate its code; estimated where there is nobody.
    std::function<Footprint(const graph::Graph&)> measure = {};
};

/// One file in learn/blocks/ defines one of these: dense, conv_1d, ds_cnn, ...
struct LearnerType {
    std::string_view name;
    std::string_view help;
    base::Json (*schema)();
    base::Json (*defaults)();
    /// A float graph: input [1, features...], output [1, classes] of probabilities (softmax last), batch normalisation as its own node,
    /// weights initialised from `random`. With size "auto" the largest of its sizes that fits `budget` is taken. Throws base::Error
    /// "bad_input" when the features' shape does not suit it or nothing fits.
    graph::Graph (*build)(const base::Json& parameters, const std::vector<int>& feature_shape, int classes, const Budget& budget,
                          base::Random random);
};

std::span<const LearnerType* const> learner_types();
const LearnerType& find_learner_type(std::string_view name);

/// Examples by index. fill() may be called from several threads; what it writes depends on (index, epoch) and the source's seed alone.
class ExampleSource {
  public:
    virtual ~ExampleSource() = default;
    virtual std::size_t size() const = 0;
    virtual int label(std::size_t index) const = 0;
    /// Writes the features of one example; epoch >= 0 asks for that epoch's augmentation, -1 for the plain example.
    virtual void fill(std::size_t index, int epoch, std::span<float> features) const = 0;
};

struct TrainOptions {
    int epochs = 60;
    int batch_size = 64;
    double learning_rate = 0.003;
    std::string schedule = "cosine";
    int warmup_epochs = 2;
    double weight_decay = 1e-4;
    double label_smoothing = 0.1;
    double mixup = 0.0;
    std::string class_weights = "none";
    double ema = 0.0;
    int patience = 0;
    std::string keep = "best";
    int time_masks = 0;
    int time_mask_width = 0;
    int frequency_masks = 0;
    int frequency_mask_width = 0;
    double dropout = 0.0;
    double clip_norm = 5.0;
    int threads = 0;

    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("epochs", &TrainOptions::epochs, "passes over the training data").range(1, 100000),
            field("batch_size", &TrainOptions::batch_size, "examples a step").range(1, 65536),
            field("learning_rate", &TrainOptions::learning_rate, "peak learning rate of AdamW").range(1e-8, 10),
            field("schedule", &TrainOptions::schedule, "how the learning rate changes").choices("cosine|step|constant"),
            field("warmup_epochs", &TrainOptions::warmup_epochs, "epochs over which the learning rate rises").range(0, 1000),
            field("weight_decay", &TrainOptions::weight_decay, "decoupled weight decay").range(0, 1),
            field("label_smoothing", &TrainOptions::label_smoothing, "share of the target spread over all classes").range(0, 0.9),
            field("mixup", &TrainOptions::mixup, "alpha of mixup; 0 is off").range(0, 10),
            field("class_weights", &TrainOptions::class_weights, "weighting of the classes in the loss").choices("none|balanced|sqrt"),
            field("ema", &TrainOptions::ema, "decay of the averaged weights a step; 0 is off").range(0, 0.99999),
            field("patience", &TrainOptions::patience, "stop after so many epochs without a better validation loss; 0 never")
                .range(0, 100000),
            field("keep", &TrainOptions::keep, "the weights to keep: of the epoch with the least validation loss, or of the last epoch")
                .choices("best|last"),
            field("time_masks", &TrainOptions::time_masks, "stretches of time blanked in each example").range(0, 16),
            field("time_mask_width", &TrainOptions::time_mask_width, "longest such stretch, in feature frames").range(0, 4096),
            field("frequency_masks", &TrainOptions::frequency_masks, "bands blanked in each example").range(0, 16),
            field("frequency_mask_width", &TrainOptions::frequency_mask_width, "widest such band, in features").range(0, 4096),
            field("dropout", &TrainOptions::dropout, "share of the last hidden activations dropped").range(0, 0.9),
            field("clip_norm", &TrainOptions::clip_norm, "longest gradient; a longer one is shortened to it; 0 is off").range(0, 1e6),
            field("threads", &TrainOptions::threads, "threads of the training backend; 0: all cores (results repeat for one thread count)")
                .range(0, 256));
    }
};

struct EpochRecord {
    int epoch = 0;
    double learning_rate = 0, train_loss = 0, train_accuracy = 0, validation_loss = 0, validation_accuracy = 0, seconds = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("epoch", &EpochRecord::epoch, "counted from 0"), field("learning_rate", &EpochRecord::learning_rate, ""),
            field("train_loss", &EpochRecord::train_loss, ""), field("train_accuracy", &EpochRecord::train_accuracy, ""),
            field("validation_loss", &EpochRecord::validation_loss, ""),
            field("validation_accuracy", &EpochRecord::validation_accuracy, ""), field("seconds", &EpochRecord::seconds, "").unit("s"));
    }
};

struct TrainRequest {
    graph::Graph graph;  ///< untrained, from LearnerType::build
    const ExampleSource* train = nullptr;
    const ExampleSource* validation = nullptr;  ///< may be null: the last epoch's weights are kept
    TrainOptions options;
    std::uint64_t seed = 1;
    std::filesystem::path checkpoint;  ///< written after each epoch; resumed from when it exists and fits; empty: none
    std::function<void(const EpochRecord&)> on_epoch;
    base::Progress* progress = nullptr;
    const base::Cancel* cancel = nullptr;
};

struct TrainResult {
    graph::Graph graph;  ///< trained; batch normalisation still its own node, with its running statistics
    std::vector<EpochRecord> epochs;
    int best_epoch = 0;  ///< whose weights the graph has
};

/// Trains any graph made of operators the backend knows. Throws base::Error "cancelled" with the checkpoint kept.
class Trainer {
  public:
    virtual ~Trainer() = default;
    virtual TrainResult train(const TrainRequest& request) = 0;
    virtual std::string description() const = 0;  ///< "libtorch 1.13.1, CPU, 2 threads"

    /// Outputs of many examples in float: `inputs` holds n times the values of the graph's input, the answer n times those of its output.
    virtual std::vector<float> run(const graph::Graph& graph, std::span<const float> inputs) = 0;
    /// Gradient of sum(output * cotangent) over one example, by tensor index: of the input and of every float constant; the other places
    /// are empty. Batch normalisation uses its running statistics. What training rests on, open to tests.
    virtual std::vector<std::vector<float>> gradients(const graph::Graph& graph, std::span<const float> input,
                                                      std::span<const float> cotangent) = 0;
    /// Names of the operators that the backend can train.
    virtual std::vector<std::string> operators() const = 0;
};

/// Opens the training backend (a shared library; MOTE_TORCH_BACKEND, else beside the program). Throws base::Error "not_found" saying what
/// to install. Nothing else in the product opens it.
Trainer& trainer();

}  // namespace mote::learn
