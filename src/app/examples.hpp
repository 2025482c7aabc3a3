// What a trainer sees: features of windows, plain or changed anew in each epoch.
#pragma once

#include "app/features.hpp"
#include "learn/augment.hpp"
#include "learn/learner.hpp"

#include <vector>

namespace mote::app {

using learn::Augmenter;

class Examples : public learn::ExampleSource {
  public:
    /// `rows` are the plain features of `windows`. Everything given must outlive the examples.
    Examples(const DataPlan& plan, const Features& features, std::span<const std::size_t> windows, std::span<const float> rows)
        : plan_(plan), features_(features), windows_(windows), rows_(rows) {}
    /// From now on, epochs >= 0 give changed windows, drawn from `seed`.
    void augment(const Augmenter& augmenter, std::uint64_t seed);

    std::size_t size() const override { return windows_.size(); }
    int label(std::size_t index) const override { return plan_.classes[windows_[index]]; }
    void fill(std::size_t index, int epoch, std::span<float> features) const override;

  private:
    const DataPlan& plan_;
    const Features& features_;
    std::span<const std::size_t> windows_;
    std::span<const float> rows_;
    const Augmenter* augmenter_ = nullptr;
    base::Random random_{0};
};

/// The augmenter of a configuration: its noise, where a label names it, comes from the training windows of that label. Throws base::Error
/// naming mote.toml when there is no such label.
Augmenter make_augmenter(const AugmentSettings& settings, const DataPlan& plan);

}  // namespace mote::app
