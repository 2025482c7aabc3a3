// From a model's outputs, decision by decision, to events: smoothing, threshold, least duration, suppression. Integers only, so that host
// and chip agree without a thought.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace stream {

/// The threshold of a label that never makes an event.
constexpr int32_t never = INT32_MAX;

struct DetectorPlan {
    uint32_t labels;            ///< outputs of a decision
    uint32_t smoothing;         ///< decisions that an output is summed over; at least 1
    uint32_t minimum;           ///< decisions in a row that a label must be the strongest above its threshold; at least 1
    uint32_t suppression;       ///< decisions after an event in which no other begins
    int32_t zero_point;         ///< of the outputs
    const int32_t* thresholds;  ///< by label: the least sum of (output - zero_point) over `smoothing` decisions
};

/// An event begins when a label has been the strongest of those above their thresholds for `minimum` decisions. The same label begins
/// another one only after it fell below its threshold. What lies before the first decision counts as zero probability.
class Detector {
  public:
    static constexpr size_t memory_bytes(const DetectorPlan& plan) {
        return plan.labels * (sizeof(int32_t) + 1u + static_cast<size_t>(plan.smoothing));
    }

    /// `memory` holds memory_bytes(plan), aligned to 4.
    Detector(const DetectorPlan& plan, void* memory) : sums_(static_cast<int32_t*>(memory)) { reset(plan); }

    void reset(const DetectorPlan& plan) {
        int8_t* const history = history_of(plan);
        for (uint32_t label = 0; label < plan.labels; ++label) sums_[label] = 0, began_of(plan)[label] = 0;
        for (uint32_t i = 0; i < plan.labels * plan.smoothing; ++i) history[i] = static_cast<int8_t>(plan.zero_point);
        next_ = 0, candidate_ = -1, streak_ = 0, quiet_ = 0;
    }

    /// The label that an event begins with at this decision, or -1.
    int32_t step(const DetectorPlan& plan, const int8_t* outputs) {
        add(plan, outputs);
        const int32_t strongest = strongest_above(plan);
        streak_ = strongest >= 0 && strongest == candidate_ ? streak_ + (streak_ < plan.minimum ? 1u : 0u) : 1u;
        candidate_ = strongest;
        const bool is_quiet = quiet_ > 0;
        if (is_quiet) --quiet_;
        if (strongest < 0 || streak_ < plan.minimum || is_quiet || began_of(plan)[strongest]) return -1;
        began_of(plan)[strongest] = 1;
        quiet_ = plan.suppression;
        return strongest;
    }

    /// Sum of (output - zero_point) over the last `smoothing` decisions; times the outputs' scale over `smoothing` it is a probability.
    int32_t sum(uint32_t label) const { return sums_[label]; }

  private:
    uint8_t* began_of(const DetectorPlan& plan) const { return static_cast<uint8_t*>(static_cast<void*>(sums_ + plan.labels)); }
    int8_t* history_of(const DetectorPlan& plan) const { return static_cast<int8_t*>(static_cast<void*>(began_of(plan) + plan.labels)); }

    void add(const DetectorPlan& plan, const int8_t* outputs) {
        int8_t* const oldest = history_of(plan) + next_ * plan.labels;
        for (uint32_t label = 0; label < plan.labels; ++label) {
            sums_[label] += static_cast<int32_t>(outputs[label]) - oldest[label];
            oldest[label] = outputs[label];
        }
        next_ = next_ + 1u == plan.smoothing ? 0u : next_ + 1u;
    }

    int32_t strongest_above(const DetectorPlan& plan) {
        int32_t strongest = -1;
        for (uint32_t label = 0; label < plan.labels; ++label) {
            if (plan.thresholds[label] == never) continue;
            if (sums_[label] < plan.thresholds[label]) {
                began_of(plan)[label] = 0;
            } else if (strongest < 0 || sums_[label] > sums_[strongest]) {
                strongest = static_cast<int32_t>(label);
            }
        }
        return strongest;
    }

    int32_t* sums_;
    uint32_t next_;  ///< row of the history that the next decision replaces
    int32_t candidate_;
    uint32_t streak_, quiet_;
};

}  // namespace stream
}  // namespace rt
}  // namespace mote
