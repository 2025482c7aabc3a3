// Settings that are known to work together, each found on a real data set: what templates and presets start from.
#pragma once

#include "base/json.hpp"
#include "learn/augment.hpp"
#include "learn/learner.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mote::learn {

/// From raw windows to a trained graph. `./dev bench accuracy` trains each on its data set.
struct Recipe {
    std::string_view name;  ///< keyword, motion, image
    std::string_view help;
    double rate_hz = 0;  ///< series are resampled to this; 0 for images
    double window_ms = 0;
    double stride_ms = 0;
    int train_density = 1;  ///< training windows begin this many times as often as stride_ms says
    std::string block;
    base::Json block_parameters = base::Json::object();
    std::string learner;
    base::Json learner_parameters = base::Json::object();
    TrainOptions train;
    AugmentSettings augment;
};

std::span<const Recipe> recipes();
/// Throws base::Error "not_found" with the nearest name.
const Recipe& find_recipe(std::string_view name);

}  // namespace mote::learn
