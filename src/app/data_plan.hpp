// Which windows of a snapshot train, validate and test a model, and what each is called.
#pragma once

#include "app/config.hpp"
#include "base/fields.hpp"
#include "dsp/block.hpp"
#include "store/dataset.hpp"
#include "store/store.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::app {

struct DataPlan {
    std::string snapshot;                              ///< full hash
    std::unique_ptr<store::Dataset> data;              ///< windows of train, validation and test
    std::vector<std::string> labels;                   ///< classes, in the order of the model's outputs
    std::vector<int> classes;                          ///< by window
    std::vector<std::size_t> train, validation, test;  ///< indices of windows
    dsp::InputSpec input;

    /// The windows of "train", "validation" or "test". Throws base::Error "not_found" for another word or an empty split.
    const std::vector<std::size_t>& split(std::string_view name) const;
    std::vector<int> truth(std::span<const std::size_t> windows) const;
};

/// Throws base::Error when the snapshot holds nothing to learn from: no training windows, fewer than two labels, a label of mote.toml that
/// does not occur.
DataPlan plan_data(const store::Store& store, std::string_view snapshot, const DataSettings& settings);

/// Windows of one split by label, for people and reports.
struct SplitSummary {
    std::string split;
    std::size_t windows = 0, recordings = 0;
    std::map<std::string, std::size_t> by_label;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("split", &SplitSummary::split, "train, validation or test"),
                               field("windows", &SplitSummary::windows, "windows in it"),
                               field("recordings", &SplitSummary::recordings, "recordings that they come from"),
                               field("by_label", &SplitSummary::by_label, "windows of each label"));
    }
};
std::vector<SplitSummary> summarise(const DataPlan& plan);

}  // namespace mote::app
