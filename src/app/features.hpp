// Features of windows: computed in parallel by the very block the chip runs, kept by content.
#pragma once

#include "app/data_plan.hpp"
#include "base/progress.hpp"
#include "dsp/block.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace mote::app {

/// A block prepared for the project's windows.
struct Features {
    std::string block;
    base::Json parameters;  ///< resolved
    dsp::InputSpec input;
    std::unique_ptr<dsp::Block> prepared;

    std::size_t count() const { return prepared->output().count(); }
};

/// Throws base::Error naming [features] when block, preset or parameters do not suit the windows.
Features prepare_features(const std::string& block, const base::Json& parameters, const dsp::InputSpec& input);

/// Features of `windows`, shape [windows.size(), features.count()], read from `cache` (a folder; empty: none) when the same windows went
/// through the same block before. What it writes there is complete or absent.
std::vector<float> compute_features(const DataPlan& plan, const Features& features, std::span<const std::size_t> windows,
                                    const std::filesystem::path& cache, base::Progress& progress, const base::Cancel& cancel);

}  // namespace mote::app
