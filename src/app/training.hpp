// A whole training: data to windows to features to a float model to an 8-bit one, judged and recorded so that it can be repeated.
#pragma once

#include "app/config.hpp"
#include "app/data_plan.hpp"
#include "app/features.hpp"
#include "app/record.hpp"
#include "app/session.hpp"
#include "compress/quantise.hpp"
#include "graph/graph.hpp"
#include "store/records.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace mote::app {

/// All that is settled before the first epoch.
struct Preparation {
    Config config;  ///< every setting given, those of block and learner too
    DataPlan plan;
    Features features;
    graph::Graph untrained;
    base::Json pipeline;  ///< what decides the result, apart from data, seed and environment
};

/// Throws base::Error naming mote.toml, the block or the data.
Preparation prepare_training(const Session& session, const Config& config, std::string_view snapshot, std::uint64_t seed);

/// Names of the places where a preparation came from, to do it again: a run's settings, labels and data.
Config config_of_run(const store::Store& store, const store::Run& run);

struct Trained {
    graph::Graph float_model;  ///< batch normalisation folded away
    graph::Graph int8_model;
    compress::QuantiseReport quantisation;
    std::vector<learn::EpochRecord> epochs;
    int best_epoch = 0;
};

struct TrainingHooks {
    std::filesystem::path cache;       ///< of features; empty: none
    std::filesystem::path checkpoint;  ///< empty: none
    std::function<void(const learn::EpochRecord&)> on_epoch;
    base::Progress* progress = nullptr;
    const base::Cancel* cancel = nullptr;
};
Trained train_and_quantise(const Preparation& preparation, std::uint64_t seed, const TrainingHooks& hooks);

/// Both models on validation and test. The record lacks only the names that the store gives.
RunRecord judge(const Preparation& preparation, const Trained& trained, const TrainingHooks& hooks);

/// Puts models and record of a claimed run into the store and ends it as done; fills in the record's hashes.
void store_results(Session& session, store::RunClaim& claim, const Trained& trained, RunRecord& record);

/// Everything of a configuration that decides the result, apart from data, seed and environment: what a run's pipeline is named by.
base::Json pipeline_of(const Config& config);

struct TrainingResult {
    RunRecord record;
    bool was_done = false;     ///< the run was finished before; nothing was trained
    bool was_resumed = false;  ///< it went on from the last epoch of an interrupted run
    double seconds = 0;
};
/// Trains from the project's data as it is now. Interrupted in any way, the same call goes on from the last epoch.
TrainingResult run_training(Session& session, const Config& config, std::uint64_t seed, Context& context);

/// What doing a finished run again gave.
struct RepeatResult {
    std::string run, float_model, int8_model, repeated_float_model, repeated_int8_model;
    bool same_environment = false;
    base::Json environment = base::Json::object();
    bool same_bytes() const { return float_model == repeated_float_model && int8_model == repeated_int8_model; }
};
RepeatResult repeat_run(Session& session, std::string_view run, Context& context);

/// The record of a finished run ("latest" or the beginning of an id). Throws base::Error "not_found", or "conflict" while it is unfinished.
RunRecord read_record(const store::Store& store, std::string_view run);

/// A finished run's data, features and 8-bit model, as they were.
struct Finished {
    RunRecord record;
    DataPlan plan;
    Features features;
    graph::Graph float_model, int8_model;
};
Finished open_finished(const Session& session, std::string_view run);

}  // namespace mote::app
