// A model from elsewhere as a run of the project: tested, reported and deployed like one that was trained here.
#pragma once

#include "app/training.hpp"

#include <filesystem>
#include <string>

namespace mote::app {

/// Imports a model file over the project's data and features. A float model is quantised: with the training windows, or with `samples` (a
/// file of raw float32 inputs, one behind the other; empty: none). The same file over the same data and settings is the same run. Throws
/// base::Error when the model's input does not match the features, or its outputs the labels.
TrainingResult import_run(Session& session, const Config& config, const std::string& file, const std::filesystem::path& samples,
                          const std::map<std::string, std::string>& state, Context& context);

}  // namespace mote::app
