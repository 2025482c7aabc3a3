// Examples put into batches: order, masks, mixing, weights. Plain numbers; the backend only copies them.
#pragma once

#include "learn/learner.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mote::learn {

struct Batch {
    std::size_t size = 0;
    std::vector<float> features;  ///< [size, features]
    std::vector<float> targets;   ///< [size, classes], each row sums to 1
    std::vector<float> weights;   ///< [size], mean about 1
    std::vector<int> labels;      ///< [size], before mixing
};

/// Mean and standard deviation of each index of the last axis over plain examples.
struct Statistics {
    std::vector<float> mean;
    std::vector<float> variance;  ///< 1 where a feature never changes
};

/// Over at most `limit` examples, evenly spread. `feature_shape` has no batch dimension.
Statistics measure(const ExampleSource& source, const std::vector<int>& feature_shape, std::size_t limit = 20000);

/// Weight of each class in the loss, so that their mean over the examples is 1. `kind`: none, balanced (inverse frequency), sqrt (its
/// root).
std::vector<float> weigh_classes(const ExampleSource& source, int classes, std::string_view kind);

/// The batches of each epoch. make() depends on its arguments and the constructor's alone, and may run beside training.
class Batches {
  public:
    /// `blank`: what masks write, one value for each index of the last axis. Throws base::Error "bad_input" for an empty source or a label
    /// outside [0, classes).
    Batches(const ExampleSource& source, const TrainOptions& options, std::vector<int> feature_shape, int classes, std::uint64_t seed,
            std::vector<float> blank);

    /// Batches an epoch: all of nearly the same size, none smaller than half of batch_size unless there is only one.
    std::size_t steps() const { return steps_; }
    Batch make(int epoch, std::size_t step) const;
    /// Without shuffling, augmentation, masks, mixing or smoothing.
    Batch plain(std::size_t step) const;

  private:
    Batch gather(std::span<const std::size_t> indices, int epoch) const;
    void mask(std::span<float> features, base::Random random) const;
    void mix(Batch& batch, base::Random random) const;
    std::pair<std::size_t, std::size_t> bounds(std::size_t step) const;

    const ExampleSource& source_;
    TrainOptions options_;
    std::vector<int> shape_;
    std::size_t count_ = 1;
    std::size_t classes_;
    base::Random random_;
    std::vector<float> blank_;
    std::vector<float> class_weights_;
    std::size_t steps_ = 0;
};

/// Learning rate of optimiser step `step` (from 0), of `steps_per_epoch` an epoch: a linear rise, then the schedule asked for.
double learning_rate_at(const TrainOptions& options, std::size_t step, std::size_t steps_per_epoch);

}  // namespace mote::learn
