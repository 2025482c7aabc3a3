// The state of an unfinished training, kept in a file so that it can go on after a stop of any kind.
#pragma once

#include "base/hash.hpp"
#include "learn/learner.hpp"

#include <filesystem>
#include <optional>
#include <vector>

namespace mote::learn {

/// Everything that the next epoch depends on. Random numbers are drawn anew from the seed for each epoch, so none are kept.
struct Checkpoint {
    int epochs_done = 0;
    std::int64_t steps_done = 0;
    int best_epoch = -1;
    double best_score = 0;
    std::vector<EpochRecord> epochs;
    std::vector<std::vector<float>> state;  ///< the backend's vectors: weights, moments, averages, the best weights
};

/// What a checkpoint must match to be resumed: graph, options, seed, and the numbers and labels of examples.
base::Hash fingerprint(const TrainRequest& request);

/// Atomic: the former checkpoint stays until the new one is whole.
void write_checkpoint(const std::filesystem::path& file, const base::Hash& fingerprint, const Checkpoint& checkpoint);

/// Empty when there is no such file, or it belongs to other work. Throws base::Error "bad_input" when it is damaged.
std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& file, const base::Hash& fingerprint);

}  // namespace mote::learn
